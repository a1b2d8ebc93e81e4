import type { ChangeEvent } from '../types';
import { artifacts } from './artifacts';
import { concepts } from './concepts';
import { conversations } from './conversations';
import { type EntityKind, type EntityName, isOf, isScrubbed, type Told } from './kind';
import { locrits } from './locrits';
import { memories } from './memories';
import { messages } from './messages';
import { recall_marks } from './recall-marks';
import { tool_results } from './tool-results';

/** What this browser keeps of what the server tells, by table. A new kind is an entry here, and a file of its own. */
const REGISTRY = { messages, conversations, locrits, artifacts, tool_results, recall_marks, memories, concepts };

export type Table = keyof typeof REGISTRY;
type Names = { [T in Table]: (typeof REGISTRY)[T]['name'] };
type Never<T extends never> = T;
/** Shown only where the server is asked for them. */
type Unkept = 'attachment' | 'server_settings';
/** What the server tells of, and is neither kept nor named above, does not compile. */
export type Unplaced = Never<Exclude<EntityName, Names[Table] | Unkept>>;

export type RowOf<T extends Table> = Told<Names[T]>;
/** Rows by id. */
export type Rows = { [T in Table]: ReadonlyMap<string, RowOf<T>> };
export type Entities = { [T in Table]?: readonly RowOf<T>[] };

export const ENTITY_KINDS: { [T in Table]: EntityKind<Names[T]> } = REGISTRY;
export const TABLES = Object.keys(REGISTRY) as Table[];

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
