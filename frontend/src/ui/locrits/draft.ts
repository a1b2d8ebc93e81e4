import type { EditLocrit, Locrit } from '../../core';

/** What the form edits. `options` keeps what the form does not show. */
export type LocritDraft = Pick<
  Locrit,
  | 'name'
  | 'avatar'
  | 'description'
  | 'system_prompt'
  | 'welcome_message'
  | 'model'
  | 'options'
  | 'message_limit'
  | 'active'
  | 'open_to'
  | 'access_to'
>;

export const NEW_LOCRIT: LocritDraft = {
  name: '',
  avatar: '',
  description: '',
  system_prompt: '',
  welcome_message: '',
  model: '',
  options: {},
  message_limit: 50,
  active: true,
  open_to: { humans: true, locrits: true, invitations: true, internet: false, platform: false },
  access_to: { logs: true, quick_memory: true, full_memory: true, llm_info: true },
};

const FIELDS = Object.keys(NEW_LOCRIT) as (keyof LocritDraft)[];

export const draftOf = (locrit: Locrit): LocritDraft =>
  Object.fromEntries(FIELDS.map((field) => [field, locrit[field]])) as LocritDraft;

/** Only what differs, so that two people editing different fields do not undo each other. */
export function changesOf(draft: LocritDraft, base: LocritDraft): EditLocrit {
  const differs = (field: keyof LocritDraft) => JSON.stringify(draft[field]) !== JSON.stringify(base[field]);
  return Object.fromEntries(FIELDS.filter(differs).map((field) => [field, draft[field]]));
}

export type NameProblem = 'missing' | 'slash' | null;

export function nameProblem(name: string): NameProblem {
  if (!name.trim()) return 'missing';
  return /[/\\]/.test(name) || name === '.' || name === '..' ? 'slash' : null;
}
