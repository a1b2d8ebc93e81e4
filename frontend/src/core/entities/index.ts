import { conversations } from './conversations';
import type { EntityKind } from './kind';
import { locrits } from './locrits';
import { messages } from './messages';

/** What this browser keeps of what the server tells, by table. A new kind is an entry here, and a file of its own. */
const REGISTRY = { messages, conversations, locrits };

export type Table = keyof typeof REGISTRY;
type RowTypes = { [T in Table]: (typeof REGISTRY)[T] extends EntityKind<infer Row> ? Row : never };

/** A row of this table, or of any. */
export type RowOf<T extends Table> = RowTypes[T];
/** Rows by id. */
export type Rows = { [T in Table]: ReadonlyMap<string, RowOf<T>> };
export type Entities = { [T in Table]?: readonly RowOf<T>[] };

export const ENTITY_KINDS: { [T in Table]: EntityKind<RowOf<T>> } = REGISTRY;
export const TABLES = Object.keys(REGISTRY) as Table[];
