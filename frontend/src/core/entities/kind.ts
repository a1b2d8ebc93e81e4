/** A kind of entity that the server tells of, and that this browser keeps in a table of its own. */
export interface EntityKind<Row> {
  /** What the types of its events begin with. */
  readonly name: string;
  /** Key and indexes of its table (Dexie's words), by the version of the database in which they became so. */
  readonly stores: Readonly<Record<number, string>>;
  idOf(row: Row): string;
  /** Of two states of a row what is right, in whatever order they became known. */
  merge(current: Row, incoming: Row): Row;
}
