import { ENTITY_KINDS, type Entities, type RowOf, type Rows, TABLES, type Table } from './entities';
import { isOf, isScrubbed } from './entities/kind';
import type { ChangeEvent } from './types';

export const NO_ROWS: Rows = rowsOf({});

/** The row that an event tells, when it is one of this table. Scrubbed ones tell none, nor those that only a newer client knows. */
export function rowIn<T extends Table>(table: T, event: ChangeEvent): RowOf<T> | undefined {
  return tells(table, event) ? event.payload : undefined;
}

function tells<T extends Table>(table: T, event: ChangeEvent): event is ChangeEvent & { payload: RowOf<T> } {
  return isOf(ENTITY_KINDS[table].name, event) && !isScrubbed(event.payload);
}

/** The rows that events are about, in the shape in which they are looked up. */
export function entitiesIn(events: readonly ChangeEvent[]): Entities {
  return Object.fromEntries(
    TABLES.map((table) => [table, events.flatMap((event) => rowIn(table, event) ?? [])]),
  ) as Entities;
}

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

/** Tells an event from any other in its place of another history. */
export const fingerprintOf = ({ entity_id, rev, op_id }: ChangeEvent) => `${entity_id} ${rev} ${op_id}`;

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
