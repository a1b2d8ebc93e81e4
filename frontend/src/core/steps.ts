import Dexie, { type PromiseExtended, type Table } from 'dexie';

/**
 * What is done within one transaction of IndexedDB. A generator, for nested async functions lose the transaction on the
 * way: the browser's promises know nothing of Dexie's zones, and it is committed before they are through. Here every step
 * waits for a promise of Dexie's, and nothing else compiles.
 */
export type Steps<T> = Generator<PromiseExtended<unknown>, T, unknown>;

/** `const row = yield* step(table.get(id))` */
export function* step<T>(request: PromiseExtended<T>): Steps<T> {
  return (yield request) as T;
}

/** Several requests at the same time. */
export function* steps<T extends readonly unknown[]>(
  ...requests: { [At in keyof T]: PromiseExtended<T[At]> }
): Steps<T> {
  return (yield Dexie.Promise.all([...requests])) as T;
}

/** Dexie, with no other transactions than those of generators: it takes their steps by itself. Others do not compile. */
export const StepwiseDexie = Dexie as new (
  name: string,
) => Omit<Dexie, 'transaction'> & {
  /** All or nothing, and seen by nobody before its end. */
  transaction<T>(mode: 'r' | 'rw', tables: Table[], body: () => Steps<T>): PromiseExtended<T>;
};
