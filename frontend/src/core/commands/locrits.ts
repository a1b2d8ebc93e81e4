import type { Entities, Rows } from '../entities';
import type { Failure, Locrit, EditLocrit as LocritChanges, CreateLocrit as LocritFields } from '../types';
import { type About, type CommandKind, type Earlier, type Entry, isUnseen } from './kind';
import { isSending } from './send';

export interface CreateLocrit {
  type: 'locrit.create';
  locrit_id: string;
  fields: LocritFields;
}
export interface EditLocrit {
  type: 'locrit.edit';
  locrit_id: string;
  changes: LocritChanges;
  /** What the changed fields said before. */
  base: Partial<Locrit>;
}
export interface DeleteLocrit {
  type: 'locrit.delete';
  locrit_id: string;
}

interface OfLocrit {
  locrit_id: string;
}

/** One queue for all of them: a name that one gives up may be taken by the next. */
export const LOCRITS = 'locrits';
const LOCRIT = '/api/v2/locrits/{name}';

const onLocrit = {
  queueKey: () => LOCRITS,
  subject: ({ locrit_id }: OfLocrit) => locrit_id,
  dependsOn: ({ locrit_id }: OfLocrit, { creates }: Earlier) => creates.includes(locrit_id),
};

export const createLocrit: CommandKind<CreateLocrit> = {
  queueKey: onLocrit.queueKey,
  subject: onLocrit.subject,
  perform: async ({ api }, { fields, locrit_id }, op_id) => ({
    locrits: [await api.post('/api/v2/locrits', { body: { ...fields, id: locrit_id, op_id } })],
  }),
  optimistic: (_, entry) => ({ locrits: [newLocrit(entry)] }),
  creates: ({ locrit_id }) => [locrit_id],
  absorb: (entry, later) => (isUnseen(entry) && edits(later, entry.command) ? filled(entry.command, later) : undefined),
  without: ({ locrit_id, fields }, others) => {
    const isAbout = ({ command }: Entry<About>) => command.locrit_id === locrit_id;
    const kept = others.filter((entry) => !isAbout(entry) || entry.queueKey !== LOCRITS);
    return kept.map((entry) => (isAbout(entry) ? leftBehind(entry, fields.name) : entry));
  },
};

/** An edit that was refused stays what it is: a new one is made over what the server has. */
export const editLocrit: CommandKind<EditLocrit> = {
  ...onLocrit,
  perform: async ({ api }, { changes, ...command }, op_id) => ({
    locrits: [await api.patch(LOCRIT, { params: byId(command), body: { ...changes, op_id } })],
  }),
  optimistic: (rows, { command }) => revised(rows, command, (row) => edited(row, command.changes)),
  absorb: ({ state, tried, command }, later) =>
    state === 'queued' && !tried && edits(later, command) ? joined(command, later) : undefined,
};

/** It goes to the trash after what was said to it. */
export const deleteLocrit: CommandKind<DeleteLocrit> = {
  ...onLocrit,
  perform: async ({ api }, command, op_id) => ({
    locrits: [await api.delete(LOCRIT, { params: { ...byId(command), query: { op_id } } })],
  }),
  optimistic: (rows, { command, created_at }) => revised(rows, command, () => ({ deleted_at: created_at })),
  crossesQueues: true,
  dependsOn: ({ locrit_id }, { creates, command, waits }) =>
    creates.includes(locrit_id) || (!waits && command.locrit_id === locrit_id),
};

function byId({ locrit_id }: OfLocrit) {
  return { path: { name: locrit_id } };
}

function edits(later: About, { locrit_id }: OfLocrit): later is EditLocrit {
  return later.type === 'locrit.edit' && later.locrit_id === locrit_id;
}

function filled(command: CreateLocrit, { changes: { rev: _, ...later } }: EditLocrit): CreateLocrit {
  return { ...command, fields: { ...command.fields, ...later, name: later.name ?? command.fields.name } };
}

/** Both were made over the same revision. */
function joined(command: EditLocrit, { changes: { rev: _, ...later }, base }: EditLocrit): EditLocrit {
  return { ...command, changes: { ...command.changes, ...later }, base: { ...base, ...command.base } };
}

/**
 * What was said to a Locrit that there will not be is kept: it waits for a decision, and goes by the name from now on, which
 * another one may take.
 */
function leftBehind(entry: Entry<About>, locrit_name: string): Entry<About> {
  if (!isSending(entry.command)) return entry;
  const { locrit_id: _, ...command } = entry.command;
  const left = { ...entry, command: { ...command, locrit_name } };
  return command.begins ? { ...left, state: 'rejected', problem: notMade(locrit_name) } : left;
}

function notMade(name: string): Failure {
  return {
    code: 'locrit_not_made',
    message: `“${name}” was not created.`,
    hint: 'Create a Locrit of this name and try again.',
  };
}

/** Nothing, of one that is not known. */
function revised(rows: Rows, { locrit_id }: OfLocrit, change: (row: Locrit) => Partial<Locrit>): Entities {
  const row = rows.locrits.get(locrit_id);
  return row ? { locrits: [{ ...row, ...change(row), rev: row.rev + 1 }] } : {};
}

/** As the server does it: a name that it had before still leads to it. */
function edited(row: Locrit, { rev: _, open_to, access_to, ...changes }: LocritChanges): Partial<Locrit> {
  const isRenamed = changes.name && changes.name !== row.name;
  return {
    ...(changes as Partial<Locrit>),
    open_to: { ...row.open_to, ...open_to },
    access_to: { ...row.access_to, ...access_to },
    former_names: isRenamed ? [...row.former_names, row.name] : row.former_names,
  };
}

function newLocrit({ command: { locrit_id, fields }, created_at }: Entry<CreateLocrit>): Locrit {
  const { open_to, access_to, ...given } = fields;
  return {
    former_names: [],
    description: '',
    system_prompt: '',
    welcome_message: '',
    avatar: '',
    host: '',
    model: '',
    options: {},
    think: '',
    metadata: {},
    tools: {},
    recall: 'full',
    memories: 'off',
    message_limit: 50,
    active: true,
    ...(given as Partial<Locrit> & { name: string }),
    id: locrit_id,
    open_to: { humans: true, locrits: true, invitations: true, internet: false, platform: false, ...open_to },
    access_to: { logs: true, quick_memory: true, full_memory: true, llm_info: true, ...access_to },
    conversation_count: 0,
    message_count: 0,
    created_at,
    updated_at: created_at,
    deleted_at: null,
    forgotten_at: null,
    rev: 1,
  };
}
