import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock';
import { eventually } from '../../tests/fakes/eventually';
import { FakeLocks } from '../../tests/fakes/locks';
import { LocritDb } from './db';
import { LeaseLeadership, LockLeadership } from './leader';

let db: LocritDb;
let clock: FakeClock;

beforeEach(() => {
  db = new LocritDb(`leader-${Math.random()}`);
  clock = new FakeClock();
});

afterEach(() => db.delete());

describe('without Web Locks', () => {
  test('another takes over when the one that sends is closed', async () => {
    const [first, second] = [new LeaseLeadership(db, 'first', clock), new LeaseLeadership(db, 'second', clock)];
    first.start(() => {});
    await eventually(() => first.held());
    second.start(() => {});
    first.stop();
    await eventually(
      () => second.held(),
      () => clock.advance(200),
    );
    expect(first.held()).toBe(false);
    second.stop();
  });

  test('another takes over when the one that sends dies without a word', async () => {
    await db.meta.put({ key: 'lease:outbox', value: { owner: 'dead', until: clock.now() + 6_000 } });
    const heir = new LeaseLeadership(db, 'heir', clock);
    heir.start(() => {});
    await eventually(
      () => heir.held(),
      () => clock.advance(200),
    );
    heir.stop();
  });

  test('a clock that was set back keeps nobody waiting', async () => {
    await db.meta.put({ key: 'lease:outbox', value: { owner: 'dead', until: clock.now() + 3_600_000 } });
    const heir = new LeaseLeadership(db, 'heir', clock);
    heir.start(() => {});
    await eventually(() => heir.held());
    heir.stop();
  });
});

describe('with Web Locks', () => {
  function two() {
    const locks = new FakeLocks();
    const frozen = new FakeClock(); // moves only when this test moves it, like the timers of a frozen tab
    const first = new LockLeadership(locks, db, frozen);
    const second = new LockLeadership(locks, db, clock);
    first.start(() => {});
    second.start(() => {});
    return { first, second };
  }

  test('one leads, and the next when it is closed', async () => {
    const { first, second } = two();
    expect([first.held(), second.held()]).toEqual([true, false]);
    first.stop();
    await eventually(() => second.held());
    second.stop();
  });

  test('a tab that is slow and answers keeps the lead', async () => {
    const { first, second } = two();
    for (let seconds = 0; seconds < 30; seconds += 1) {
      clock.advance(500);
      await new Promise((resolve) => setTimeout(resolve, 5)); // the answer takes real time
    }
    expect([first.held(), second.held()]).toEqual([true, false]);
    first.stop();
    second.stop();
  });

  test('a frozen tab loses the lead, and waits for it again when it wakes', async () => {
    const { first, second } = two();
    Object.defineProperty(first, 'hear', { value: () => {} }); // it hears nothing
    await eventually(
      () => second.held(),
      () => clock.advance(500),
    );
    await eventually(() => expect(first.held()).toBe(false));
    second.stop();
    await eventually(() => first.held());
    first.stop();
  });
});
