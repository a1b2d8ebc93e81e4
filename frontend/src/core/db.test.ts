import Dexie from 'dexie';
import { expect, test } from 'vitest';
import { db, drained, open, server, states } from '../../tests/fakes/tab';
import { step } from './steps';

/** What the version before this one had in its database, by its names. */
async function written(rows: Record<string, object[]>): Promise<void> {
  const before = new Dexie(db.name);
  before.version(2).stores({
    locrits: 'id, name',
    conversations: 'conversation_id, locrit_name, locrit_id, [shelf+updated_at], [locrit_name+shelf+updated_at]',
    messages: 'message_id, [conversation_id+seq]',
    outbox: '++order, &op_id, lane',
    cursors: 'scope',
    meta: 'key',
  });
  for (const [table, some] of Object.entries(rows)) await before.table(table).bulkPut(some);
  before.close();
}

test('what waited in a browser of before is sent when the page is updated', async () => {
  const id = 'c1';
  server.turn(id, { locrit_name: 'Bob', message: 'first', message_id: 'm0', op_id: 'op 0' });
  const send = (order: number, content: string, more: object) => ({
    order,
    op_id: `op ${order}`,
    lane: `conversation:${id}`,
    created_at: '2026-11-01T00:00:00.000Z',
    command: {
      type: 'message.send',
      conversation_id: id,
      message_id: `m${order}`,
      locrit_name: 'Bob',
      content,
      ...more,
    },
  });
  const aside = { type: 'message.aside', conversation_id: id, message_id: 'm0', content: 'mine' };
  await written({
    outbox: [
      { ...send(1, 'put differently', { instead_of: 'm0' }), state: 'queued' },
      { ...send(2, 'said again', {}), state: 'attention', problem: { code: 'too_large', message: '', hint: '' } },
      { ...send(3, '', {}), state: 'sending', command: aside },
    ],
    cursors: [{ scope: 'user:local', seq: 7, tip: 'c1 1 op', origin: 'c1' }],
  });
  expect(await states()).toEqual(['queued', 'rejected', 'sending']);
  expect(await db.cursors.get('user:local')).toEqual({
    scope: 'user:local',
    seq: 7,
    fingerprint: 'c1 1 op',
    historyId: 'c1',
  });
  const one = open();
  one.outbox.start();
  await drained();
  expect((await one.store.queue.pending()).map(({ op_id }) => op_id)).toEqual(['op 2']);
  await one.outbox.resolve('op 2', 'retry');
  await drained();
  expect(server.questions(id)).toEqual(['first', 'put differently', 'said again']);
});

test('the steps of a transaction are all done or none, and nothing but steps compiles', async () => {
  const mark = (key: string) => step(db.meta.put({ key, value: true }));
  function* failing() {
    yield* mark('first');
    throw new Error('after the first step');
  }
  await expect(db.transaction('rw', [db.meta], failing)).rejects.toThrow('after the first step');
  expect(await db.meta.get('first')).toBeUndefined();
  expect(await db.transaction('rw', [db.meta], () => mark('second'))).toBe('second');
  // @ts-expect-error: the promises of an async function would lose the transaction on the way
  expect(() => db.transaction('rw', [db.meta], async () => {})).toBeTypeOf('function');
});
