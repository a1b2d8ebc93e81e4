import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeQuota } from '../../tests/fakes/quota';
import { LocritDb } from './db';
import { ApiError } from './errors';
import { step } from './steps';
import { StorageQuota } from './storage-quota';

/** What may happen in a browser: something is written, by name; a mark is set; a person gives up; there is another room. */
const PLACES = ['message', 'comment', 'server '] as const;
const LENGTHS = [1, 100, 10_000];
const happening = fc.oneof(
  fc.record({
    do: fc.constant('write' as const),
    place: fc.constantFrom(...PLACES),
    length: fc.constantFrom(...LENGTHS),
  }),
  fc.record({ do: fc.constant('mark' as const), length: fc.constantFrom(...LENGTHS) }),
  fc.record({ do: fc.constant('give up' as const), place: fc.constantFrom(...PLACES, undefined) }),
  fc.record({ do: fc.constant('room' as const), length: fc.constantFrom(300, 500, 50_000) }),
);

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

interface Written {
  place: (typeof PLACES)[number];
  length: number;
  isKept: boolean;
}
type Past = (Written | { givenUp?: (typeof PLACES)[number] })[];

/** What was refused, and neither kept later, nor something as large, nor given up. */
function missing(past: Past): Written[] {
  return past.flatMap((written, at) => {
    if (!('place' in written) || written.isKept) return [];
    const isMadeUp = past.slice(at + 1).some((later) => {
      if (!('place' in later)) return later.givenUp === undefined || later.givenUp === written.place;
      if (later.place === written.place && !later.isKept) return true; // it stands for itself
      return later.isKept && (later.place === written.place || later.length >= written.length);
    });
    return isMadeUp ? [] : [written];
  });
}

test('a browser is full as long as anything that it refused is wanted and not kept, whatever else it keeps', async () => {
  let number = 0;
  const round = async (happenings: Happening[]) => {
    const db = new LocritDb(`quota ${number++}`);
    const browser = new FakeQuota(db);
    const quota = new StorageQuota(db, () => false);
    const past: Past = [];
    const put = (key: string, length: number) => () =>
      step(db.recall_marks.put({ id: key, text: 'x'.repeat(length) } as never));
    try {
      for (const each of happenings) {
        if (each.do === 'room') browser.longest = each.length;
        else if (each.do === 'give up') {
          quota.giveUp(each.place);
          past.push({ givenUp: each.place });
        } else if (each.do === 'mark')
          await quota.write(put('mark   ', each.length), [db.recall_marks], { otherwise: async () => '' });
        else {
          const { place, length } = each;
          const body = put(place, length);
          const writing =
            place === 'server '
              ? quota.write(body, [db.recall_marks], { name: place })
              : quota.keep(body, [db.recall_marks], place);
          const isKept = await writing.then(() => true, isFullError);
          expect(isKept).toBe(length < browser.longest);
          past.push({ place, length, isKept });
        }
        expect(quota.problem.get()?.code).toBe(missing(past).length > 0 ? 'storage_full' : undefined);
        expect(quota.isFull.get()).toBe(missing(past).some(({ place }) => place === 'server '));
      }
    } finally {
      await db.delete();
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(happening, { minLength: 2, maxLength: 12 }), round), { numRuns: 80 });
});

function isFullError(error: unknown): false {
  if (error instanceof ApiError && error.code === 'storage_full') return false;
  throw error;
}

test('nothing is weighed that is not wanted to be kept: an absorbed nothing is no proof of room', async () => {
  const db = new LocritDb(`quota ${Math.random()}`);
  const browser = new FakeQuota(db);
  const quota = new StorageQuota(db, () => false);
  browser.longest = 10;
  const long = () => step(db.meta.db.table('outbox').add({ op_id: 'long', text: 'x'.repeat(100) }));
  await expect(quota.keep(long, [db.outbox], 'composer')).rejects.toMatchObject({ code: 'storage_full' });
  await quota.keep(() => step(db.outbox.count()), [db.outbox], 'composer');
  expect(quota.problem.get()?.code).toBe('storage_full');
  await db.delete();
});
