import type { ChangeEvent, Conversation, Locrit, Message } from './types';

/** Rows by id. What the server says, what this browser did and what other tabs did all go through `apply`. */
export interface Rows {
  messages: ReadonlyMap<string, Message>;
  conversations: ReadonlyMap<string, Conversation>;
  locrits: ReadonlyMap<string, Locrit>;
}

export const NO_ROWS: Rows = { messages: new Map(), conversations: new Map(), locrits: new Map() };

export function apply(rows: Rows, event: Pick<ChangeEvent, 'type' | 'payload'>): Rows {
  if (isScrubbed(event)) return rows;
  switch (event.type.split('.')[0]) {
    case 'message':
      return put(rows, { messages: [event.payload as unknown as Message] });
    case 'conversation':
      return put(rows, { conversations: [event.payload as unknown as Conversation] });
    case 'locrit':
      return put(rows, { locrits: [event.payload as unknown as Locrit] });
    default:
      return rows; // A newer server announces more than this client knows.
  }
}

/** What the event told was forgotten since. A later event says what is left. */
export function isScrubbed({ payload }: Pick<ChangeEvent, 'payload'>): boolean {
  return Object.keys(payload).length === 0;
}

export interface Entities {
  messages?: readonly Message[];
  conversations?: readonly Conversation[];
  locrits?: readonly Locrit[];
}

export function rowsOf({ messages = [], conversations = [], locrits = [] }: Entities): Rows {
  return {
    messages: new Map(messages.map((row) => [row.message_id, row])),
    conversations: new Map(conversations.map((row) => [row.conversation_id, row])),
    locrits: new Map(locrits.map((row) => [row.id, row])),
  };
}

/** The rows that events are about, in the shape in which they are looked up. */
export function entitiesIn(events: readonly ChangeEvent[]): Entities {
  const about = (kind: string) => events.filter((event) => event.type.startsWith(`${kind}.`) && !isScrubbed(event));
  return {
    messages: about('message').map((event) => event.payload as unknown as Message),
    conversations: about('conversation').map((event) => event.payload as unknown as Conversation),
    locrits: about('locrit').map((event) => event.payload as unknown as Locrit),
  };
}

/** Merges a snapshot, an acknowledgement or one event's row. A newer row is never replaced by an older one. */
export function put(rows: Rows, { messages = [], conversations = [], locrits = [] }: Entities): Rows {
  const known = merged(rows.locrits, locrits, (row) => row.id, mergeLocrit);
  return {
    messages: merged(rows.messages, messages, (row) => row.message_id, mergeMessage),
    conversations: named(
      merged(rows.conversations, conversations, (row) => row.conversation_id, mergeConversation),
      known,
    ),
    locrits: known,
  };
}

/** A conversation is called after its Locrit as that is called now: nobody tells of each one when it is renamed. */
function named(conversations: Rows['conversations'], locrits: Rows['locrits']): Rows['conversations'] {
  if (locrits.size === 0) return conversations;
  const renamed = [...conversations].flatMap(([id, row]) => {
    const locrit_name = locrits.get(row.locrit_id)?.name ?? row.locrit_name;
    return locrit_name === row.locrit_name ? [] : [[id, { ...row, locrit_name }] as const];
  });
  return renamed.length === 0 ? conversations : new Map([...conversations, ...renamed]);
}

/** Tells an event from any other in its place of another history. */
export const tipOf = ({ entity_id, rev, op_id }: ChangeEvent) => `${entity_id} ${rev} ${op_id}`;

/** The events that continue after `last`, in order; `gap` when one between them is missing. Older ones are left out. */
export function consecutive<E extends { seq: number }>(
  last: number,
  events: readonly E[],
): { next: E[]; gap: boolean } {
  const next: E[] = [];
  for (const event of [...events].sort((a, b) => a.seq - b.seq)) {
    const reached = last + next.length;
    if (event.seq === reached + 1) next.push(event);
    else if (event.seq > reached) return { next, gap: true };
  }
  return { next, gap: false };
}

/** Within a revision a reply only grows, and an ended one does not run again. */
export function mergeMessage(current: Message, incoming: Message): Message {
  if (incoming.rev !== current.rev) return incoming.rev > current.rev ? incoming : current;
  const [ended, incomingEnded] = [current.status !== 'streaming', incoming.status !== 'streaming'];
  if (ended !== incomingEnded) return incomingEnded ? incoming : current;
  return incoming.idx > current.idx ? incoming : current;
}

/** What people edit goes by `rev`; what happens in the conversation goes by `head_seq`. */
export function mergeConversation(current: Conversation, incoming: Conversation): Conversation {
  const edits = incoming.rev > current.rev ? incoming : current;
  const activity = incoming.head_seq >= current.head_seq ? incoming : current;
  const { message_count, head_seq, generation_id, preview, updated_at } = activity;
  const { locrit_id, locrit_name } = incoming;
  return { ...edits, message_count, head_seq, generation_id, preview, updated_at, locrit_id, locrit_name };
}

export function mergeLocrit(current: Locrit, incoming: Locrit): Locrit {
  return incoming.rev >= current.rev ? incoming : current;
}

function merged<T>(
  rows: ReadonlyMap<string, T>,
  incoming: readonly T[],
  idOf: (row: T) => string,
  merge: (current: T, incoming: T) => T,
): ReadonlyMap<string, T> {
  if (incoming.length === 0) return rows;
  const next = new Map(rows);
  for (const row of incoming) {
    const current = next.get(idOf(row));
    next.set(idOf(row), current === undefined ? row : merge(current, row));
  }
  return next;
}
