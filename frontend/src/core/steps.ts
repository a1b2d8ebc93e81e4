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

/** All or nothing, and seen by nobody before its end. */
export function transaction<T>(
  db: Dexie,
  mode: 'r' | 'rw',
  tables: readonly Table[],
  body: () => Steps<T>,
): PromiseExtended<T> {
  return db.transaction(mode, tables, () => run(body()));
}

/** Outside a transaction, or as a part of the one that is under way. */
export function run<T>(body: Steps<T>): PromiseExtended<T> {
  const next = (state: IteratorResult<PromiseExtended<unknown>, T>): PromiseExtended<T> =>
    state.done
      ? Dexie.Promise.resolve(state.value)
      : state.value.then(
          (value) => next(body.next(value)),
          (error) => next(body.throw(error)),
        );
  return Dexie.Promise.resolve(undefined).then(() => next(body.next()));
}
