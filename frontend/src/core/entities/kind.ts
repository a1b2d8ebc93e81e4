import type { ChangeEvent, Scrubbed, SyncAddress } from '../types';

type Before<Type> = Type extends `${infer Name}.${string}` ? Name : never;

/** What the types of changes begin with. */
export type EntityName = Before<ChangeEvent['type']>;
export type ChangeOf<Name extends EntityName> = Extract<ChangeEvent, { type: `${Name}.${string}` }>;
/** What such a change says, as long as it is not forgotten. */
export type Told<Name extends EntityName> = Exclude<ChangeOf<Name>['payload'], Scrubbed>;

/** A kind of entity that the server tells of, and that this browser keeps in a table of its own. */
export interface EntityKind<Name extends EntityName> {
  readonly name: Name;
  /** Key and indexes of its table (Dexie's words), by the version of the database in which they became so. */
  readonly stores: Readonly<Record<number, string>>;
  /** How its rows go back to a server that was rolled back: as Locrits do, in their conversation, behind both, or why not. */
  readonly givenBack: 'first' | 'in its conversation' | SyncAddress | { not: string };
  idOf(row: Told<Name>): string;
  /** Of two states of a row what is right, in whatever order they became known. */
  merge(current: Told<Name>, incoming: Told<Name>): Told<Name>;
}

/** Of two states the one that is forgotten, where only one is: a server that was rolled back may have the words once more. */
export function forgottenOf<Row extends { forgotten_at: string | null }>(current: Row, incoming: Row): Row | undefined {
  if (Boolean(current.forgotten_at) === Boolean(incoming.forgotten_at)) return undefined;
  return current.forgotten_at ? current : incoming;
}

/** What is forgotten; else the newer revision, and of equal ones what became known last. */
export function forgottenOrNewer<Row extends { forgotten_at: string | null; rev: number }>(
  current: Row,
  incoming: Row,
): Row {
  return forgottenOf(current, incoming) ?? (incoming.rev >= current.rev ? incoming : current);
}

export function isOf<Name extends EntityName>(name: Name, change: ChangeEvent): change is ChangeOf<Name> {
  return change.type.startsWith(`${name}.`);
}

/** What the change told was forgotten since. A later one says what is left. */
export function isScrubbed(payload: ChangeEvent['payload']): payload is Scrubbed {
  return Object.keys(payload).length === 0;
}
