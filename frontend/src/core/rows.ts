import { type LocritDb, shelved } from './db';
import { type Entities, type Rows, rowsOf } from './reducer';
import type { Conversation, Locrit, Message } from './types';

/** The stored rows of these entities, and what their Locrits take along, within the transaction of the caller. */
export async function load(db: LocritDb, { messages = [], conversations = [], locrits = [] }: Entities): Promise<Rows> {
  const ids = new Set([...locrits.map((row) => row.id), ...conversations.map((row) => row.locrit_id ?? '')]);
  const knownLocrits = await found([...ids], (ids) => db.locrits.bulkGet(ids));
  const moved = locrits.filter((row) => takesAlong(row, knownLocrits)).map((row) => row.id);
  return rowsOf({
    messages: await found(
      messages.map((row) => row.message_id),
      (ids) => db.messages.bulkGet(ids),
    ),
    conversations: [
      ...(await found(moved, (ids) => db.conversations.where('locrit_id').anyOf(ids).toArray())),
      ...(await found(
        conversations.map((row) => row.conversation_id),
        (ids) => db.conversations.bulkGet(ids),
      )),
    ],
    locrits: knownLocrits,
  });
}

/** Its conversations are called after a Locrit, and go into the trash with it and out of it. */
function takesAlong({ id, name, deleted_at }: Locrit, known: readonly Locrit[]): boolean {
  const before = known.find((row) => row.id === id);
  return before?.name !== name || Boolean(before.deleted_at) !== Boolean(deleted_at);
}

/** Stores what differs, and returns it. */
export async function save(
  db: LocritDb,
  before: Rows,
  after: Rows,
): Promise<{ messages: Message[]; conversations: Conversation[] }> {
  const messages = changed(before.messages, after.messages);
  const isDeleted = (row: Conversation) => Boolean(after.locrits.get(row.locrit_id)?.deleted_at);
  const placed = [...after.conversations].map(([id, row]) => [id, shelved(row, isDeleted(row))] as const);
  const conversations = changed(before.conversations, new Map(placed));
  const locrits = changed(before.locrits, after.locrits);
  if (messages.length > 0) await db.messages.bulkPut(messages);
  if (conversations.length > 0) await db.conversations.bulkPut(conversations);
  if (locrits.length > 0) await db.locrits.bulkPut(locrits);
  return { messages, conversations };
}

/** For nothing, nobody is asked: that too would take its time, in every transaction. */
async function found<T>(ids: string[], get: (ids: string[]) => PromiseLike<(T | undefined)[]>): Promise<T[]> {
  return ids.length === 0 ? [] : (await get(ids)).filter((row) => row !== undefined);
}

function changed<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): T[] {
  return [...after].filter(([id, row]) => before.get(id) !== row).map(([, row]) => row);
}
