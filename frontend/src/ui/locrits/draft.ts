import type { EditLocrit, Locrit } from '../../core';

/** What a public page says and how it looks; what is empty is as the Locrit has it. */
export interface PageDraft {
  title: string;
  description: string;
  welcome_message: string;
  avatar: string;
  theme: string;
  show_model_info: boolean;
}

/** What the form edits. `options` keeps what the form does not show. */
export type LocritDraft = { page: PageDraft } & Pick<
  Locrit,
  | 'name'
  | 'avatar'
  | 'description'
  | 'system_prompt'
  | 'welcome_message'
  | 'host'
  | 'model'
  | 'options'
  | 'think'
  | 'tools'
  | 'recall'
  | 'memories'
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
  host: '',
  model: '',
  options: {},
  think: '',
  tools: {},
  recall: 'full',
  memories: 'off',
  message_limit: 50,
  active: true,
  open_to: { humans: true, locrits: true, invitations: true, internet: false, platform: false },
  access_to: { logs: true, quick_memory: true, full_memory: true, llm_info: true },
  page: { title: '', description: '', welcome_message: '', avatar: '', theme: 'auto', show_model_info: false },
};

const FIELDS = Object.keys(NEW_LOCRIT) as (keyof LocritDraft)[];
const PAGE_FIELDS = Object.keys(NEW_LOCRIT.page) as (keyof PageDraft)[];

/** Where clients of public pages keep what a page says. */
const PAGE = 'page_config';

export function draftOf(locrit: Locrit): LocritDraft {
  const row = { ...locrit, page: pageOf(locrit) };
  return Object.fromEntries(FIELDS.map((field) => [field, row[field]])) as LocritDraft;
}

function pageOf({ metadata }: Locrit): PageDraft {
  const none = NEW_LOCRIT.page;
  const kept = metadata[PAGE] as Partial<PageDraft> | null | undefined;
  const known = PAGE_FIELDS.filter((field) => typeof kept?.[field] === typeof none[field]);
  return { ...none, ...only<Partial<PageDraft>>(kept ?? {}, known) };
}

/** As the server takes it: what clients keep with the Locrit beside its page stays. */
export function editOf({ page, ...changes }: Partial<LocritDraft>, { metadata }: Pick<Locrit, 'metadata'>): EditLocrit {
  if (!page) return changes;
  return { ...changes, metadata: { ...metadata, [PAGE]: { ...(metadata[PAGE] as object | undefined), ...page } } };
}

/** Only what differs, so that two people editing different fields do not undo each other. */
export function changesOf(draft: LocritDraft, base: LocritDraft): Partial<LocritDraft> {
  const differs = (field: keyof LocritDraft) => JSON.stringify(draft[field]) !== JSON.stringify(base[field]);
  return Object.fromEntries(FIELDS.filter(differs).map((field) => [field, draft[field]]));
}

export type NameProblem = 'missing' | 'slash' | null;

export function nameProblem(name: string): NameProblem {
  if (!name.trim()) return 'missing';
  return /[/\\]/.test(name) || name === '.' || name === '..' ? 'slash' : null;
}

/** What was changed in the form, and what these fields said on the server when it was. */
export interface LocritEdits {
  changes: Partial<LocritDraft>;
  base: LocritDraft;
}

/** The edits with one more; null when nothing differs from what the server has. */
export function edited(now: LocritDraft, edits: Partial<LocritEdits> | undefined, change: Partial<LocritDraft>) {
  const draft = { ...now, ...edits?.changes, ...change };
  const changes = changesOf(draft, now);
  const begun = Object.keys(edits?.changes ?? {}) as (keyof LocritDraft)[];
  const base = { ...now, ...only<Partial<LocritDraft>>(edits?.base ?? {}, begun) };
  return Object.keys(changes).length ? { changes, base } : null;
}

/** Fields that were changed here, and elsewhere meanwhile to something else. */
export function conflicting(now: LocritDraft, { changes = {}, base = now }: Partial<LocritEdits>) {
  const elsewhere = changesOf(now, { ...now, ...base });
  const here = changesOf({ ...now, ...changes }, now);
  return FIELDS.filter((field) => field in changes && field in elsewhere && field in here);
}

function only<T extends object>(from: T, names: (keyof T)[]): Partial<T> {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]])) as Partial<T>;
}
