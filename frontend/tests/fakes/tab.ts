import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach } from 'vitest';
import { Actions } from '../../src/core/actions';
import { LocritDb } from '../../src/core/db';
import type { Leadership } from '../../src/core/leader';
import { LocalState } from '../../src/core/local-state';
import { Outbox } from '../../src/core/outbox';
import { type ClassifyError, classifyError } from '../../src/core/policy';
import { Store } from '../../src/core/store';
import { FakeClock } from './clock';
import { eventually } from './eventually';
import { FakeServer } from './server';
import { FakeTransport } from './transport';

const alone: Leadership = { start: (changed) => changed(), held: () => true, stop: () => {} };

/** One tab: its own outbox and wire, on the browser's shared database. */
function tab(
  db: LocritDb,
  server: FakeServer,
  clock: FakeClock,
  leadership = alone,
  policy: ClassifyError = classifyError,
) {
  const store = new Store(db);
  const transport = new FakeTransport(server);
  transport.connectivity.set('online');
  const sent: string[] = [];
  const outbox = new Outbox({
    store,
    transport,
    leadership,
    clock,
    random: () => 0.5,
    classifyError: policy,
    done: (entry) => sent.push(entry.op_id),
    awaits: () => {},
  });
  return { store, transport, outbox, sent, actions: new Actions(store, new LocalState(undefined)) };
}

export let db: LocritDb;
export let server: FakeServer;
export let clock: FakeClock;
let running: Outbox[];

beforeEach(() => {
  db = new LocritDb(`outbox-${Math.random()}`);
  server = new FakeServer('Bob');
  clock = new FakeClock();
  running = [];
});

afterEach(async () => {
  for (const outbox of running) outbox.stop();
  await db.delete();
});

export function open(
  ...given: Parameters<typeof tab> extends [unknown, unknown, unknown, ...infer Rest] ? Rest : never
) {
  const opened = tab(db, server, clock, ...given);
  running.push(opened.outbox);
  return opened;
}

export async function conversation(one: ReturnType<typeof tab>): Promise<string> {
  const id = await empty(one);
  one.outbox.start();
  await drained();
  return id;
}

/** A conversation in which nothing was said, as earlier versions began them. */
export async function empty({ store }: ReturnType<typeof tab>): Promise<string> {
  const conversation_id = uuid();
  await store.queue.add({ type: 'conversation.create', conversation_id, locrit_name: 'Bob' });
  return conversation_id;
}

export async function drained(): Promise<void> {
  await eventually(
    async () => (await states()).every((state) => state === 'rejected'),
    () => clock.advance(31_000),
  );
}

export async function states(): Promise<string[]> {
  return (await db.outbox.orderBy('order').toArray()).map((entry) => entry.state);
}
