import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeServer } from '../../tests/fakes/server';
import { FakeTransport } from '../../tests/fakes/transport';
import { LocritDb } from './db';
import { LegacyImport, removeCredentials } from './legacy';
import { LocalState } from './local-state';
import { Store } from './store';
import type { Message } from './types';

const KEPT = [
  {
    id: 7,
    title: 'Fishing',
    messages: [
      { role: 'user', content: 'Where are the fish?', timestamp: '2024-05-01T10:00:00Z' },
      { role: 'bot', content: 'In the lake.' },
      { role: 'user', content: ' ' },
    ],
  },
];

let db: LocritDb;
let server: FakeServer;

beforeEach(() => {
  db = new LocritDb(`legacy-${Math.random()}`);
  server = new FakeServer('Bob');
});

afterEach(() => db.delete());

function importing(kept: Record<string, unknown>, database = db) {
  const storage = Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, JSON.stringify(value)]));
  const transport = new FakeTransport(server);
  transport.connectivity.set('online');
  const localState = new LocalState(storage as unknown as Storage);
  return { legacy: new LegacyImport(new Store(database), transport, localState), transport };
}

function stored(): string[][] {
  const rows = (id: string) => server.inOrder(id).map((message) => `${message.role}: ${message.content}`);
  return [...server.conversations.keys()].map(rows);
}

test('conversations of older clients come to the server, however often it is tried and from wherever', async () => {
  const other = new LocritDb(`legacy-${Math.random()}`);
  const first = importing({ conversations_Bob: KEPT, 'locrit.theme': 'dark' });
  await first.legacy.run();
  await first.legacy.run();
  await importing({ conversations_Bob: KEPT }, other).legacy.run();
  expect(stored()).toEqual([['user: Where are the fish?', 'assistant: In the lake.']]);
  await other.delete();
});

test('what was said keeps its time, and what stands beside it has that, too', async () => {
  const said = [
    { role: 'user', content: 'Hello?' },
    { role: 'user', content: 'Where are the fish?', timestamp: Date.UTC(2024, 4, 1, 10) },
    { role: 'bot', content: 'In the lake.', timestamp: 'then' },
  ];
  await importing({ conversations_Bob: [{ id: 8, messages: said }, ...KEPT] }).legacy.run();
  const times = [...server.messages.values()].map((message) => message.created_at);
  expect(times).toEqual(Array(5).fill('2024-05-01T10:00:00.000Z'));
});

test('what fails is kept, and tried again at the next start', async () => {
  const { legacy, transport } = importing({ conversations_Bob: KEPT });
  transport.fates = ['works', 'offline'];
  await expect(legacy.run()).rejects.toMatchObject({ code: 'unreachable' });
  transport.fates = [];
  await legacy.run();
  expect(stored()).toEqual([['user: Where are the fish?', 'assistant: In the lake.']]);
});

test('what is not a list of conversations is left alone', async () => {
  await importing({ conversations_Bob: { theme: 'dark' }, locrit_conversations: 'broken' }).legacy.run();
  expect(stored()).toEqual([]);
});

test('what a failure told of user and password is removed from this browser, and what was said stays', async () => {
  const said = 'http://me:mine@home.lan?x=1';
  const error = (told: string) => ({ code: 'model_unreachable', message: told, hint: told });
  const row = { conversation_id: 'c', content: said, metadata: {} };
  await db.messages.bulkPut([
    { ...row, message_id: 'a', seq: 1, error: error('Nothing at http://u:s3c"r et@gpu.lan:1.') },
    { ...row, message_id: 'b', seq: 2, error: error('Nothing at http://gpu.lan/?token=s3cret.') },
    { ...row, message_id: 'c', seq: 3, error: null },
  ] as unknown as Message[]);
  await removeCredentials(db);
  const rows = await db.messages.orderBy('message_id').toArray();
  expect(rows.map((each) => each.error?.message)).toEqual([
    'Nothing at http://gpu.lan:1.',
    'Nothing at http://gpu.lan/.',
    undefined,
  ]);
  expect(rows.map((each) => each.content)).toEqual([said, said, said]);
});
