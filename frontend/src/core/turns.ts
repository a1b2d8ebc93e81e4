import type { OutboxEntry } from './commands';
import { isSending, type SendMessage, type TurnPlace } from './commands/send';
import type { LocritDb } from './db';
import { type Steps, step } from './steps';
import type { Message } from './types';

/** A reply that is being written is among so many. */
const NEWEST = 50;

export type SendEntry = OutboxEntry & { command: SendMessage };

interface Turn {
  place: TurnPlace;
  /** The reply that it waited for. */
  hasEnded: boolean;
}

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

/** Of all that wait for a reply, those that wait for nothing else: their orders, and whether its end is here. */
export function* due(db: LocritDb, pending: readonly OutboxEntry[]): Steps<Map<number, boolean>> {
  const asked = byMessage(pending);
  const found = new Map<number, boolean>();
  for (const entry of pending.filter(waitsForReply)) {
    const turn = yield* turnOf(db, entry, asked);
    if (turn !== undefined) found.set(entry.order, turn.hasEnded);
  }
  return found;
}

/**
 * Where a question comes that has waited: after the newest reply to what it follows. Undefined while that is not sent. What
 * waits for a decision is passed by. After the newest message when nothing is known any more, or while the reply's end is not
 * here: for a browser that is too full to keep it, as the server answers one after the other by itself.
 */
export function* turnOf(
  db: LocritDb,
  { command }: SendEntry,
  pending: ReadonlyMap<string, SendEntry>,
): Steps<Turn | undefined> {
  const { follows = '' } = command;
  const before = pending.get(follows);
  if (before !== undefined) return before.state === 'rejected' ? yield* turnBeside(db, before, pending) : undefined;
  const question = yield* step(db.messages.get(follows));
  if (question === undefined) return { place: {}, hasEnded: true };
  const later = messagesFrom(db, question.conversation_id, question.seq);
  const isReply = (row: Message) => row.role === 'assistant' && row.parent_id === follows;
  const replies = yield* step(later.filter(isReply).toArray());
  const last = replies.at(-1);
  const hasEnded = last !== undefined && !replies.some(isStreaming);
  return { place: hasEnded ? { parent_id: last.message_id } : {}, hasEnded };
}

/** What was refused and is to stand in place of another question decides where this one is, so that it waits, too. */
function* turnBeside(
  db: LocritDb,
  refused: SendEntry,
  pending: ReadonlyMap<string, SendEntry>,
): Steps<Turn | undefined> {
  const { sibling_of, parent_id, follows, begins } = refused.command;
  if (sibling_of !== undefined || begins) return undefined;
  if (follows !== undefined) return yield* turnOf(db, refused, pending);
  return { place: parent_id === undefined ? {} : { parent_id }, hasEnded: true };
}

function messagesFrom(db: LocritDb, conversationId: string, seq: number) {
  return db.messages.where('[conversation_id+seq]').between([conversationId, seq], [conversationId, Infinity]);
}

function isStreaming({ status }: Message): boolean {
  return status === 'streaming';
}
