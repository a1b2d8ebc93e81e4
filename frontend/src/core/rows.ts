import type { LocritDb } from './db';
import { ENTITY_KINDS, type Entities, type RowOf, type Rows, TABLES, type Table } from './entities';
import { shelved } from './entities/conversations';
import { rowsOf } from './reducer';
import { type Steps, step } from './steps';
import type { Conversation, Locrit } from './types';

/** The stored rows of these entities, and what their Locrits take along. */
export function* load(db: LocritDb, entities: Entities): Steps<Rows> {
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

/** Stores what differs, and returns it. */
export function* save(db: LocritDb, before: Rows, rows: Rows): Steps<Entities> {
  const isDeleted = (row: Conversation) => Boolean(rows.locrits.get(row.locrit_id)?.deleted_at);
  const placed = [...rows.conversations].map(([id, row]) => [id, shelved(row, isDeleted(row))] as const);
  const after: Rows = { ...rows, conversations: new Map(placed) };
  const changes: Entities = {};
  for (const table of TABLES) {
    const differing = changed(table, before, after);
    if (differing.length > 0) yield* step(db.table(table).bulkPut(differing));
    Object.assign(changes, { [table]: differing });
  }
  return changes;
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

function changed<T extends Table>(table: T, before: Rows, after: Rows): RowOf<T>[] {
  const [known, rows]: [Rows[T], Rows[T]] = [before[table], after[table]];
  return [...rows].filter(([id, row]) => known.get(id) !== row).map(([, row]) => row);
}
