import { liveQuery } from 'dexie';
import { describe, expect, test } from 'vitest';
import { countReads } from '../../tests/fakes/counted';
import { eventually } from '../../tests/fakes/eventually';
import { aConversation } from '../../tests/fakes/rows';
import { conversation, db, empty, open, server } from '../../tests/fakes/tab';
import { calmed, EVERY_MS } from './calmed';
import { Sight } from './sight';

type Tab = ReturnType<typeof open>;

/** What somebody sees who looks at a conversation, from the first thing that they see on. */
async function look({ store }: Tab, id: string, read = () => store.views.sights.shown(id)) {
  const sight = new Sight(id, read, store.queue.added);
  const seen: string[][] = [];
  const see = () => seen.push(sight.get()?.messages.map(({ content }) => content) ?? []);
  const leave = sight.subscribe(see);
  await eventually(async () => expect(sight.get()).toBeDefined());
  return { sight, seen, leave };
}

describe('what is said here', () => {
  test('stands in sight when it is durable, without another read', async () => {
    const one = open();
    const id = await conversation(one);
    let isStuck = false;
    const read = () => (isStuck ? new Promise<never>(() => {}) : one.store.views.sights.shown(id));
    const { seen, leave } = await look(one, id, read);
    isStuck = true;
    await one.actions.send(id, 'hello');
    expect(seen.at(-1)).toEqual(['hello']);
    expect((await one.store.views.sights.messages(id)).map(({ content }) => content)).toEqual(['hello']);
    leave();
  });

  test('does not stand there before it is durable', async () => {
    const one = open();
    const id = await conversation(one);
    const { sight, leave } = await look(one, id);
    db.outbox.hook('creating', () => {
      throw new Error('The disk is gone.');
    });
    await expect(one.actions.send(id, 'hello')).rejects.toThrow();
    expect(sight.get()?.messages).toEqual([]);
    leave();
  });

  test('never goes away again, whatever is read meanwhile, and stands there once', async () => {
    const one = open();
    const id = await conversation(one);
    const { seen, leave } = await look(one, id);
    for (const text of ['one', 'two', 'three']) await one.actions.send(id, text);
    await eventually(async () => expect(server.questions(id)).toEqual(['one', 'two', 'three']));
    const own = seen.map((texts) => texts.filter((text) => ['one', 'two', 'three'].includes(text)).join());
    expect([...new Set(own)]).toEqual(['', 'one', 'one,two', 'one,two,three'].slice(own[0] === '' ? 0 : 1));
    leave();
  });

  test('is gone when it was taken back', async () => {
    const one = open();
    const id = await conversation(one);
    one.transport.connectivity.set('offline');
    one.outbox.stop();
    const { sight, leave } = await look(one, id);
    const message = await one.actions.send(id, 'not that');
    expect(sight.get()?.messages.length).toBe(1);
    await one.actions.deleteMessage(message);
    await eventually(async () => expect(sight.get()?.messages).toEqual([]));
    leave();
  });

  test('is not seen elsewhere', async () => {
    const one = open();
    const [id, other] = [await conversation(one), await conversation(one)];
    const { sight, leave } = await look(one, other);
    await one.actions.send(id, 'hello');
    expect(sight.get()?.messages).toEqual([]);
    leave();
  });

  test('costs two transactions until it is durable, however much is known', async () => {
    const counted = countReads(db);
    const one = open();
    const id = await empty(one); // nothing else is at work
    const before = counted.transactions;
    await one.actions.send(id, 'hello');
    expect(counted.transactions - before).toBe(2);
  });
});

describe('the list of conversations', () => {
  test('reads what changes in a short time once', async () => {
    let reads = 0;
    const began = performance.now();
    const read = calmed(() => {
      reads += 1;
      return db.meta.toArray();
    });
    let known = -1;
    const reading = liveQuery(read).subscribe((marks) => {
      known = marks.length;
    });
    await eventually(async () => expect(known).toBe(0));
    for (let number = 1; number <= 20; number += 1) await db.meta.put({ key: `mark ${number}`, value: number });
    await eventually(async () => expect(known).toBe(20));
    expect(reads).toBeLessThanOrEqual(2 + (performance.now() - began) / EVERY_MS);
    reading.unsubscribe();
  });

  test('looks up what is read once, not with every change', async () => {
    const counted = countReads(db);
    const { store } = open();
    const many = Array.from({ length: 20 }, (_, at) => aConversation({ conversation_id: `c${at}`, message_count: 1 }));
    await store.cache.put({ conversations: many });
    const window = () => store.views.listing.window({ from: 0, to: 50 });
    const known = await window();
    const before = counted.rowsOf('meta');
    expect((await window()).rows).toEqual(known.rows);
    expect(counted.rowsOf('meta') - before).toBe(0);
    await store.cache.put({
      conversations: many.slice(0, 1).map((row) => ({ ...row, message_count: 2, rev: 2, head_seq: 2 })),
    });
    expect((await window()).rows.filter(({ unread }) => unread).map((row) => row.conversation_id)).toEqual(['c0']);
    expect(counted.rowsOf('meta') - before).toBe(1);
  });
});
