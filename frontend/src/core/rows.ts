import Dexie from 'dexie';
import type { LocritDb } from './db';
import { ENTITY_KINDS, type Entities, type RowOf, type Rows, TABLES, type Table } from './entities';
import { shelved } from './entities/conversations';
import { rowsOf } from './reducer';
import type { Conversation, Locrit } from './types';

/** The stored rows of these entities, and what their Locrits take along, within the transaction of the caller. */
export function load(db: LocritDb, entities: Entities): PromiseLike<Rows> {
  const ofConversations = entities.conversations?.map((row) => row.locrit_id ?? '') ?? [];
  const ids = (table: Table) => [...idsOf(table, entities), ...(table === 'locrits' ? ofConversations : [])];
  return all(TABLES.map((table) => stored(db, table, ids(table)))).then((found) => {
    const known: Entities = Object.fromEntries(found);
    return takenAlong(db, entities.locrits ?? [], known.locrits ?? []).then((conversations) =>
      rowsOf({ ...known, conversations: [...conversations, ...(known.conversations ?? [])] }),
    );
  });
}

/** Stores what differs, and returns it. */
export function save(db: LocritDb, before: Rows, rows: Rows): PromiseLike<Entities> {
  const isDeleted = (row: Conversation) => Boolean(rows.locrits.get(row.locrit_id)?.deleted_at);
  const placed = [...rows.conversations].map(([id, row]) => [id, shelved(row, isDeleted(row))] as const);
  const after: Rows = { ...rows, conversations: new Map(placed) };
  const changes = TABLES.map((table) => [table, changed(table, before, after)] as const);
  const writes = changes.filter(([, rows]) => rows.length > 0).map(([table, rows]) => db.table(table).bulkPut(rows));
  return all(writes).then(() => Object.fromEntries(changes) as Entities);
}

/** For nothing, nobody is asked: that too would take its time, in every transaction. */
function stored<T extends Table>(db: LocritDb, table: T, ids: string[]): PromiseLike<[T, RowOf<T>[]]> {
  if (ids.length === 0) return Dexie.Promise.resolve([table, []]);
  const rows = db.table<RowOf<T>, string>(table).bulkGet([...new Set(ids)]);
  return rows.then((found) => [table, found.filter((row) => row !== undefined)]);
}

/** Its conversations are called after a Locrit, and go into the trash with it and out of it. */
function takenAlong(db: LocritDb, locrits: readonly Locrit[], known: readonly Locrit[]): PromiseLike<Conversation[]> {
  const ids = locrits.filter((row) => takesAlong(row, known)).map((row) => row.id);
  return ids.length === 0 ? Dexie.Promise.resolve([]) : db.conversations.where('locrit_id').anyOf(ids).toArray();
}

function takesAlong({ id, name, deleted_at }: Locrit, known: readonly Locrit[]): boolean {
  const before = known.find((row) => row.id === id);
  return before?.name !== name || Boolean(before.deleted_at) !== Boolean(deleted_at);
}

function idsOf<T extends Table>(table: T, entities: Entities): string[] {
  return entities[table]?.map(ENTITY_KINDS[table].idOf) ?? [];
}

function changed<T extends Table>(table: T, before: Rows, after: Rows): RowOf<T>[] {
  const [known, rows]: [Rows[T], Rows[T]] = [before[table], after[table]];
  return [...rows].filter(([id, row]) => known.get(id) !== row).map(([, row]) => row);
}

/** Within a transaction only Dexie's own promises are waited for: others can lose it on the way. */
const all = Dexie.Promise.all.bind(Dexie.Promise) as typeof Promise.all;
