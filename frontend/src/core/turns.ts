import type { OutboxEntry } from './commands';
import { isSending, type SendMessage, type TurnPlace } from './commands/send';
import type { LocritDb } from './db';
import { type Steps, step } from './steps';
import type { Message } from './types';

/** A reply that is being written is among so many. */
const NEWEST = 50;

export type SendEntry = OutboxEntry & { command: SendMessage };

export function isSendEntry(entry: OutboxEntry): entry is SendEntry {
  return isSending(entry.command);
}

/** It is still to be edited and removed here, and goes when the reply before it has ended. */
export function waitsForReply(entry: OutboxEntry): entry is SendEntry {
  return isSendEntry(entry) && entry.command.follows !== undefined && !entry.tried;
}

/** The question that one asked here now has to wait for: it is not sent yet, or its reply is still being written. */
export function* unanswered(
  db: LocritDb,
  conversationId: string,
  pending: readonly OutboxEntry[],
  { sibling_of, parent_id }: TurnPlace,
): Steps<string | undefined> {
  if (sibling_of !== undefined) return undefined;
  const asked = pending.filter(isSendEntry).filter(({ state }) => state !== 'rejected');
  const before = asked.filter(({ command }) => parent_id === undefined || command.message_id === parent_id).at(-1);
  if (before !== undefined) return before.command.message_id;
  const newest = yield* step(messagesFrom(db, conversationId, 0).reverse().limit(NEWEST).toArray());
  const running = newest.filter(isStreaming);
  const reply = running.find(({ message_id }) => parent_id === undefined || message_id === parent_id);
  return reply?.parent_id ?? undefined;
}

/** The questions among what is pending, by the ids of their messages. */
export function byMessage(pending: readonly OutboxEntry[]): ReadonlyMap<string, SendEntry> {
  return new Map(pending.filter(isSendEntry).map((entry) => [entry.command.message_id, entry]));
}

/** The orders of those whose turn has come, of all that wait for a reply. */
export function* due(db: LocritDb, pending: readonly OutboxEntry[], isFull: boolean): Steps<Set<number>> {
  const asked = byMessage(pending);
  const found = new Set<number>();
  for (const entry of pending.filter(waitsForReply))
    if ((yield* placeOf(db, entry, asked, isFull)) !== undefined) found.add(entry.order);
  return found;
}

/**
 * Where a question comes that has waited: after the newest reply to what it follows. Undefined while that is not sent or
 * still being answered. What waits for a decision is passed by. After the newest message when nothing is known any more, or
 * when the browser is too full to keep what would be known: the server answers one after the other by itself.
 */
export function* placeOf(
  db: LocritDb,
  { command }: SendEntry,
  pending: ReadonlyMap<string, SendEntry>,
  isFull: boolean,
): Steps<TurnPlace | undefined> {
  const { follows = '' } = command;
  const before = pending.get(follows);
  if (before !== undefined)
    return before.state === 'rejected' ? yield* placeBeside(db, before, pending, isFull) : undefined;
  const question = yield* step(db.messages.get(follows));
  if (question === undefined) return {};
  const later = messagesFrom(db, question.conversation_id, question.seq);
  const isReply = (row: Message) => row.role === 'assistant' && row.parent_id === follows;
  const replies = yield* step(later.filter(isReply).toArray());
  const last = replies.at(-1);
  if (last !== undefined && !replies.some(isStreaming)) return { parent_id: last.message_id };
  return isFull ? {} : undefined;
}

/** What was refused and is to stand in place of another question decides where this one is, so that it waits, too. */
function* placeBeside(
  db: LocritDb,
  refused: SendEntry,
  pending: ReadonlyMap<string, SendEntry>,
  isFull: boolean,
): Steps<TurnPlace | undefined> {
  const { sibling_of, parent_id, follows, begins } = refused.command;
  if (sibling_of !== undefined || begins) return undefined;
  if (follows !== undefined) return yield* placeOf(db, refused, pending, isFull);
  return parent_id === undefined ? {} : { parent_id };
}

function messagesFrom(db: LocritDb, conversationId: string, seq: number) {
  return db.messages.where('[conversation_id+seq]').between([conversationId, seq], [conversationId, Infinity]);
}

function isStreaming({ status }: Message): boolean {
  return status === 'streaming';
}
