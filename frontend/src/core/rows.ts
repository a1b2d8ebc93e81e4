import { subjectOf } from './commands';
import { conceptScope } from './commands/concepts';
import { conversationScope } from './commands/conversations';
import { memoryScope } from './commands/memories';
import { FORGOTTEN, type LocritDb } from './db';
import { ENTITY_KINDS, type Entities, type RowOf, type Rows, TABLES, type Table } from './entities';
import { shelved } from './entities/conversations';
import { readKey } from './read-marks';
import { type Steps, step } from './steps';
import { dropMessages, USED } from './storage-quota';
import type { ChangeEvent, Conversation, Locrit, Message } from './types';

export const NO_ROWS: Rows = rowsOf({});

export function rowsOf(entities: Entities): Rows {
  return eachTable((table) => new Map(entities[table]?.map((row) => [ENTITY_KINDS[table].idOf(row), row])));
}

/**
 * What the server says, what this browser did and what other tabs did all go through here: a snapshot, an acknowledgement, the
 * rows of events. A newer row is never replaced by an older one.
 */
export function put(rows: Rows, entities: Entities): Rows {
  const next = eachTable((table) => merged(table, rows[table], entities[table]));
  return { ...next, conversations: named(next.conversations, next.locrits) };
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

function merged<T extends Table>(table: T, rows: ReadonlyMap<string, RowOf<T>>, incoming: Entities[T]) {
  if (incoming === undefined || incoming.length === 0) return rows;
  const { idOf, merge } = ENTITY_KINDS[table];
  const next = new Map(rows);
  for (const row of incoming) {
    const current = next.get(idOf(row));
    next.set(idOf(row), current === undefined ? row : merge(current, row));
  }
  return next;
}

function eachTable(rowsIn: <T extends Table>(table: T) => ReadonlyMap<string, RowOf<T>>): Rows {
  return Object.fromEntries(TABLES.map((table) => [table, rowsIn(table)])) as Rows;
}

/** What is stored of the server's truth. Each method is part of a transaction. */
export class StoredRows {
  constructor(
    private readonly db: LocritDb,
    /** Told when a conversation or a message was forgotten. */
    private readonly forgotten: (id: string) => void,
  ) {}

  /** Stores what is newer than what is here. */
  *save(entities: Entities): Steps<void> {
    const before = yield* load(this.db, entities);
    const { conversations, ...rows } = put(before, entities);
    const isDeleted = (row: Conversation) => Boolean(rows.locrits.get(row.locrit_id)?.deleted_at);
    const placed = [...conversations].map(([id, row]) => [id, shelved(row, isDeleted(row))] as const);
    const changes = differing(before, { ...rows, conversations: new Map(placed) });
    for (const table of TABLES) if (changes[table]?.length) yield* step(this.db.table(table).bulkPut(changes[table]));
    const { messages = [], memories = [], concepts = [] } = changes;
    for (const message of messages) if (message.forgotten_at) yield* this.withdraw(message);
    for (const { id, forgotten_at } of memories) if (forgotten_at) yield* this.clearQueue(memoryScope(id));
    for (const { id, forgotten_at } of concepts) if (forgotten_at) yield* this.clearQueue(conceptScope(id));
    yield* this.startCounting(placed.flatMap(([id, row]) => (before.conversations.has(id) ? [] : [row])));
  }

  /** What was told to be forgotten leaves nothing here but stubs. */
  *forgetAfter({ type, entity_id, rev }: ChangeEvent): Steps<void> {
    if (!type.endsWith('.forgotten')) return;
    if (type === 'conversation.forgotten') yield* this.forget(entity_id);
    if (type === 'message.forgotten') yield* this.blank(entity_id, rev);
    if (type === 'artifact.forgotten') yield* this.blankArtifact(entity_id, rev);
    yield* step(this.db.concept_lists.clear()); // they may say the words
  }

  /** Leaves nothing of what was said in a conversation, nor of what was still to be said in it. */
  *forget(conversationId: string): Steps<void> {
    const scope = conversationScope(conversationId);
    yield* dropMessages(this.db, conversationId);
    yield* step(this.db.cursors.delete(scope));
    yield* this.clearQueue(scope);
    yield* step(this.db.meta.bulkDelete([readKey(conversationId), USED + conversationId]));
    this.forgotten(conversationId);
  }

  /** But for stubs. */
  *dropDecided(): Steps<void> {
    for (const kept of [this.db.memories, this.db.concepts])
      yield* step(kept.filter((row) => !row.forgotten_at).delete());
    yield* step(this.db.concept_lists.clear());
  }

  /** Its conversation is not open: of the stub that takes its place, all but the content is known. */
  private *blank(messageId: string, rev: number): Steps<void> {
    this.forgotten(messageId);
    yield* this.markForgotten('message', messageId);
    yield* step(this.db.artifacts.where('message_id').equals(messageId).delete());
    const row = yield* step(this.db.messages.get(messageId));
    if (row === undefined || row.rev >= rev) return;
    const forgotten_at = new Date().toISOString();
    const nothing = { content: '', parts: undefined, metadata: {}, error: null, usage: null };
    yield* step(this.db.tool_results.where('message_id').equals(messageId).delete());
    yield* this.save({ messages: [{ ...row, ...nothing, rev, deleted_at: forgotten_at, forgotten_at }] });
  }

  /** Of what is not cached, or will not be for long, no stub is kept. */
  private markForgotten(kind: keyof typeof FORGOTTEN, id: string): Steps<unknown> {
    return step(this.db.meta.put({ key: FORGOTTEN[kind] + id, value: true }));
  }

  private *blankArtifact(id: string, rev: number): Steps<void> {
    yield* this.markForgotten('artifact', id);
    const row = yield* step(this.db.artifacts.get(id));
    if (row === undefined || row.rev >= rev) return;
    const { earlier: _, ...rest } = row;
    const forgotten_at = new Date().toISOString();
    const nothing = { name: '', language: '', content: '', css: '', metadata: {} };
    yield* this.save({ artifacts: [{ ...rest, ...nothing, rev, deleted_at: forgotten_at, forgotten_at }] });
  }

  *drop(conversationId: string): Steps<void> {
    yield* dropMessages(this.db, conversationId);
    yield* step(this.db.conversations.delete(conversationId));
  }

  private clearQueue(queueKey: string): Steps<unknown> {
    return step(this.db.outbox.where('queueKey').equals(queueKey).delete());
  }

  /** Nothing that was still to be done to a forgotten message may bring it back. */
  private *withdraw({ message_id, conversation_id }: Message): Steps<void> {
    this.forgotten(message_id);
    const entries = this.db.outbox.where('queueKey').equals(conversationScope(conversation_id));
    yield* step(entries.and(({ command }) => subjectOf(command) === message_id).delete());
  }

  /** A conversation counts as read up to the moment when this browser first heard of it. */
  private *startCounting(conversations: readonly Conversation[]): Steps<void> {
    if (conversations.length === 0) return;
    const marks = conversations.map((row) => ({ key: readKey(row.conversation_id), value: row.message_count }));
    const known = yield* step(this.db.meta.bulkGet(marks.map((mark) => mark.key)));
    yield* step(this.db.meta.bulkPut(marks.filter((_, index) => known[index] === undefined)));
  }
}

/** The stored rows of these entities, and what their Locrits take along. */
function* load(db: LocritDb, entities: Entities): Steps<Rows> {
  const { locrits = [], conversations = [] } = entities;
  const ofConversations = conversations.map((row) => row.locrit_id ?? '');
  const known: Entities = {};
  for (const table of TABLES) {
    const ids = [...idsOf(table, entities), ...(table === 'locrits' ? ofConversations : [])];
    Object.assign(known, { [table]: yield* stored(db, table, ids) });
  }
  const along = yield* takenAlong(db, locrits, known.locrits ?? []);
  return rowsOf({ ...known, conversations: [...along, ...(known.conversations ?? [])] });
}

/** For nothing, nobody is asked: that too would take its time, in every transaction. */
function* stored<T extends Table>(db: LocritDb, table: T, ids: string[]): Steps<RowOf<T>[]> {
  if (ids.length === 0) return [];
  const rows = yield* step(db.table<RowOf<T>, string>(table).bulkGet([...new Set(ids)]));
  return rows.filter((row) => row !== undefined);
}

/** Its conversations are called after a Locrit, and go into the trash with it and out of it. */
function* takenAlong(db: LocritDb, locrits: readonly Locrit[], known: readonly Locrit[]): Steps<Conversation[]> {
  const ids = locrits.filter((row) => takesAlong(row, known)).map((row) => row.id);
  return ids.length === 0 ? [] : yield* step(db.conversations.where('locrit_id').anyOf(ids).toArray());
}

function takesAlong({ id, name, deleted_at }: Locrit, known: readonly Locrit[]): boolean {
  const before = known.find((row) => row.id === id);
  return before?.name !== name || Boolean(before.deleted_at) !== Boolean(deleted_at);
}

/** Of all that is there, table by table. */
export function idsIn(entities: Entities): string[] {
  return TABLES.flatMap((table) => idsOf(table, entities));
}

function idsOf<T extends Table>(table: T, entities: Entities): string[] {
  return entities[table]?.map(ENTITY_KINDS[table].idOf) ?? [];
}

function differing(before: Rows, after: Rows): Entities {
  return Object.fromEntries(TABLES.map((table) => [table, changed(table, before, after)]));
}

function changed<T extends Table>(table: T, before: Rows, after: Rows): RowOf<T>[] {
  const [known, rows]: [Rows[T], Rows[T]] = [before[table], after[table]];
  return [...rows].filter(([id, row]) => known.get(id) !== row).map(([, row]) => row);
}
