import { beginsConversation, type CommandOf, type OutboxEntry } from './db';
import { apply, NO_ROWS, put, type Rows } from './reducer';
import { isAsking, waitsForReply } from './turns';
import type {
  ChangeEvent,
  Conversation,
  ConversationRow,
  EditLocrit,
  Locrit,
  Message,
  MessageRow,
  Refusal,
  SaveState,
} from './types';

/** Unsent messages sort after every message that the server has numbered. */
export const UNSENT_SEQ = 2 ** 40;

const PREVIEW_CHARS = 200;

type Echo = Pick<ChangeEvent, 'type' | 'payload'>;

/** The server's rows as they will be when the outbox is sent. The rows themselves are never changed by it. */
export function withPending(rows: Rows, entries: readonly OutboxEntry[]): Rows {
  return entries.reduce((seen, entry) => echoesOf(seen, entry).reduce(apply, seen), rows);
}

/** Oldest first; what waits for a decision counts as there, also when it was deleted elsewhere meanwhile. */
export function messageRows(stored: readonly Message[], entries: readonly OutboxEntry[]): MessageRow[] {
  const rows = put(NO_ROWS, { messages: stored });
  const about = (entry: OutboxEntry) => ('message_id' in entry.command ? entry.command.message_id : undefined);
  const changes = latestBy(entries, (entry) => (asks(entry) ? undefined : about(entry)));
  const asking = latestBy(entries, (entry) => (asks(entry) ? about(entry) : undefined));
  return [...withPending(rows, entries).messages.values()]
    .sort((a, b) => a.seq - b.seq)
    .map((message) => {
      const id = message.message_id;
      return { ...asMessageRow(message, changes.get(id), rows.messages.get(id)), ...asked(asking.get(id)) };
    });
}

/** Newest activity first, without deleted ones. `read` is the message count that was seen last. */
export function conversationRows(
  stored: readonly Conversation[],
  entries: readonly OutboxEntry[],
  read: ReadonlyMap<string, number>,
): ConversationRow[] {
  const rows = put(NO_ROWS, { conversations: stored });
  const pending = latestBy(entries, ({ command }) =>
    (command.type.startsWith('conversation.') || beginsConversation(command)) && 'conversation_id' in command
      ? command.conversation_id
      : undefined,
  );
  return [...withPending(rows, entries).conversations.values()]
    .filter((conversation) => !conversation.deleted_at)
    .sort(newestFirst)
    .map((row) => ({
      ...row,
      ...attention(pending.get(row.conversation_id)),
      unread: row.message_count > (read.get(row.conversation_id) ?? row.message_count),
      local: !rows.conversations.has(row.conversation_id),
    }));
}

/** By activity; of two in the same moment, the one with the greater id. */
export function newestFirst(a: Conversation, b: Conversation): number {
  return compareText(b.updated_at, a.updated_at) || compareText(b.conversation_id, a.conversation_id);
}

/** What is asked of a message or a reply, and was not refused, does not change it. */
function asks({ command, state }: OutboxEntry): boolean {
  return state !== 'attention' && (command.type === 'reply.retry' || command.type === 'reply.continue');
}

function asked(entry?: OutboxEntry): Pick<MessageRow, 'asked'> {
  if (entry === undefined) return {};
  const to = entry.command.type === 'reply.retry' ? 'again' : 'on';
  return { asked: entry.tried ? { to } : { to, opId: entry.op_id } };
}

function asMessageRow(message: Message, entry?: OutboxEntry, stored?: Message): MessageRow {
  if (entry === undefined) {
    return { ...message, state: stateOf(message), ...(message.error ? { problem: message.error } : {}) };
  }
  const { state, op_id: opId } = entry;
  const deleted_at = state === 'attention' ? null : message.deleted_at;
  return { ...message, deleted_at, state, opId, ...waiting(entry), ...attention(entry, stored) };
}

function waiting(entry: OutboxEntry): Pick<MessageRow, 'unsent' | 'waits'> {
  if (!isAsking(entry) || entry.state !== 'queued' || entry.tried) return {};
  return { unsent: true, waits: waitsForReply(entry) };
}

function stateOf(message: Message): SaveState {
  return message.status === 'complete' ? 'saved' : message.status;
}

/** What an edit lost against may have changed again since: shown is what `keep-mine` would replace. */
function attention(entry?: OutboxEntry, stored?: Message): { opId?: string; problem?: Refusal } {
  if (entry?.state !== 'attention') return {};
  const { op_id: opId, problem } = entry;
  const current = problem?.details?.current;
  if (problem === undefined) return { opId };
  const newer = current !== undefined && stored !== undefined && stored.rev > current.rev;
  return { opId, problem: newer ? { ...problem, details: { ...problem.details, current: stored } } : problem };
}

function echoesOf(rows: Rows, entry: OutboxEntry): Echo[] {
  const { command } = entry;
  switch (command.type) {
    case 'conversation.create':
      return [{ type: 'conversation.created', payload: { ...newConversation(command, entry) } }];
    case 'conversation.fork':
      return [{ type: 'conversation.created', payload: { ...newConversation(command, entry), title: command.title } }];
    case 'message.send':
      return [
        ...(command.begins ? begun(command, entry) : []),
        { type: 'message.created', payload: { ...newMessage(command, entry), parent_id: parentOf(rows, command) } },
        ...(command.begins
          ? []
          : changed('conversation', rows.conversations.get(command.conversation_id), latestWords(command, entry))),
      ];
    case 'conversation.edit':
      return changed('conversation', rows.conversations.get(command.conversation_id), command.changes);
    case 'conversation.delete':
      return changed('conversation', rows.conversations.get(command.conversation_id), deletedAt(entry));
    case 'conversation.restore':
      return changed('conversation', rows.conversations.get(command.conversation_id), { deleted_at: null });
    case 'message.edit':
      return changed('message', rows.messages.get(command.message_id), { content: command.content });
    case 'message.delete':
      return changed('message', rows.messages.get(command.message_id), deletedAt(entry));
    case 'message.restore':
      return changed('message', rows.messages.get(command.message_id), { deleted_at: null });
    case 'locrit.create':
      return [{ type: 'locrit.created', payload: { ...newLocrit(command, entry) } }];
    case 'locrit.edit':
      return edited(rows.locrits.get(command.locrit_id), command.changes);
    case 'locrit.delete':
      return changed('locrit', rows.locrits.get(command.locrit_id), deletedAt(entry));
    case 'message.aside':
    case 'message.rollback':
    case 'reply.continue':
    case 'reply.retry':
    case 'reply.stop':
      return []; // Their effect is the server's to tell.
    default:
      return assertNever(command);
  }
}

function begun(command: CommandOf<'message.send'>, entry: OutboxEntry): Echo[] {
  const row = { ...newConversation(command, entry), ...latestWords(command, entry) };
  return [{ type: 'conversation.created', payload: row }];
}

/** As the server does it: a name that it had before still leads to it. */
function edited(row: Locrit | undefined, { rev: _, open_to, access_to, ...changes }: EditLocrit): Echo[] {
  if (row === undefined) return [];
  const isRenamed = changes.name && changes.name !== row.name;
  return changed('locrit', row, {
    ...changes,
    open_to: { ...row.open_to, ...open_to },
    access_to: { ...row.access_to, ...access_to },
    former_names: isRenamed ? [...row.former_names, row.name] : row.former_names,
  });
}

function changed(kind: string, row: Message | Conversation | Locrit | undefined, changes: object): Echo[] {
  return row ? [{ type: `${kind}.updated`, payload: { ...row, ...changes, rev: row.rev + 1 } }] : [];
}

function deletedAt(entry: OutboxEntry): { deleted_at: string } {
  return { deleted_at: entry.created_at };
}

function latestWords({ content }: CommandOf<'message.send'>, { created_at }: OutboxEntry) {
  return { preview: content.slice(0, PREVIEW_CHARS), updated_at: created_at };
}

function newMessage(command: CommandOf<'message.send'>, entry: OutboxEntry): Message {
  return {
    message_id: command.message_id,
    conversation_id: command.conversation_id,
    seq: UNSENT_SEQ + entry.order,
    parent_id: null,
    role: 'user',
    content: command.content,
    status: 'complete',
    rev: 0,
    model: null,
    generation_id: null,
    idx: 0,
    usage: null,
    context: null,
    error: null,
    metadata: {},
    created_at: entry.created_at,
    updated_at: entry.created_at,
    deleted_at: null,
    forgotten_at: null,
  };
}

/** A branch stands beside the question that it puts differently; anything else follows what it names, or what is last. */
function parentOf({ messages }: Rows, command: CommandOf<'message.send'>): string | null {
  const { instead_of, parent_id = null, follows, conversation_id } = command;
  if (follows !== undefined) return replyTo(messages, follows) ?? follows;
  if (instead_of === undefined) return parent_id;
  const question = messages.get(instead_of);
  if (question === undefined || question.parent_id) return question?.parent_id ?? null;
  const earlier = [...messages.values()].filter((message) => message.seq < question.seq);
  const before = earlier.reduce((last, each) => (last && last.seq > each.seq ? last : each), earlier[0]);
  return before?.message_id ?? conversation_id;
}

function replyTo(messages: Rows['messages'], questionId: string): string | undefined {
  const replies = [...messages.values()].filter((row) => row.parent_id === questionId && row.role === 'assistant');
  return replies.sort((a, b) => a.seq - b.seq).at(-1)?.message_id;
}

type Beginning = Pick<CommandOf<'message.send'>, 'conversation_id' | 'locrit_name' | 'locrit_id'>;

function newConversation(command: Beginning, entry: OutboxEntry): Conversation {
  return {
    conversation_id: command.conversation_id,
    locrit_id: command.locrit_id ?? '',
    locrit_name: command.locrit_name,
    user_id: '',
    session_id: command.conversation_id,
    title: '',
    starred: false,
    pinned: false,
    archived: false,
    tags: [],
    message_count: 0,
    head_seq: 0,
    generation_id: null,
    preview: '',
    created_at: entry.created_at,
    updated_at: entry.created_at,
    deleted_at: null,
    forgotten_at: null,
    forked_from: null,
    rev: 0,
  };
}

function newLocrit({ locrit_id, fields }: CommandOf<'locrit.create'>, { created_at }: OutboxEntry): Locrit {
  const { open_to, access_to, ...given } = fields;
  return {
    former_names: [],
    description: '',
    system_prompt: '',
    welcome_message: '',
    avatar: '',
    model: '',
    options: {},
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

export function latestBy(entries: readonly OutboxEntry[], idOf: (entry: OutboxEntry) => string | undefined) {
  const found = new Map<string, OutboxEntry>();
  for (const entry of entries) {
    const id = idOf(entry);
    if (id !== undefined && found.get(id)?.state !== 'attention') found.set(id, entry);
  }
  return found;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function assertNever(value: never): never {
  throw new Error(`Not handled: ${JSON.stringify(value)}`);
}
