import Dexie from 'dexie';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aConversation } from '../../tests/fakes/rows';
import { FakeServer } from '../../tests/fakes/server';
import { FakeTransport } from '../../tests/fakes/transport';
import { LocritDb } from './db';
import { Lists } from './lists';
import { Store } from './store';
import type { Conversation } from './types';

const MANY = 1_000;

let db: LocritDb;
let server: FakeServer;
let asked: Record<string, unknown>[];

beforeEach(() => {
  db = new LocritDb(`lists-${Math.random()}`);
  server = new FakeServer('Bob');
  asked = [];
});

afterEach(() => db.delete());

/** A tab that has just been opened: of what was loaded before, it knows only what the browser keeps. */
function lists() {
  const transport = new FakeTransport(server);
  transport.connectivity.set('online');
  const { get } = transport.api;
  transport.api.get = ((path: never, init: never) => {
    asked.push((init as { params: { query: Record<string, unknown> } }).params.query);
    return get(path, init);
  }) as typeof get;
  return new Lists(new Store(db), transport);
}

const moment = (at: number) => new Date(1_700_000_000_000 + at).toISOString();

function give(count: number, fields: Partial<Conversation> = {}, from = 0): void {
  for (let at = from; at < from + count; at++)
    server.saveConversation(
      'conversation.created',
      aConversation({ conversation_id: `c${at}`, updated_at: moment(at), ...fields }),
      `op ${at}`,
    );
}

const known = () => new Store(db).views.listing.window({ from: 0, to: 0 });

describe('the lists of conversations', () => {
  test('reach the last of many page by page, and then never ask again, in no tab', async () => {
    give(MANY);
    const first = lists();
    await first.refreshConversations();
    expect((await known()).counts).toEqual([0, 50]);
    while (await first.moreConversations({}));
    expect((await known()).counts).toEqual([0, MANY]);
    asked = [];
    expect(await lists().moreConversations({})).toBe(false);
    expect(asked).toEqual([]);
  });

  test('go on where they were when the page was closed', async () => {
    const [bob] = server.locrits.values();
    give(MANY, { locrit_id: bob?.id });
    await lists().refreshLocrits();
    asked = [];
    await lists().moreConversations({ locrit: 'Bob' });
    await lists().moreConversations({ locrit: 'Bob' });
    expect(asked.map((query) => query.cursor)).toEqual([undefined, '200']);
  });

  test('of a Locrit that nobody knows are not asked for', async () => {
    expect(await lists().moreConversations({ locrit: 'Nobody' })).toBe(false);
    expect(asked).toEqual([{ include_deleted: true }]);
  });

  test('have what is pinned from the start, however long ago it was spoken in', async () => {
    give(1, { pinned: true });
    give(MANY, {}, 1);
    await lists().refreshConversations();
    expect((await known()).counts).toEqual([1, 50]);
  });

  test('have the archive when it is looked at', async () => {
    give(3, { archived: true });
    give(MANY, {}, 3);
    await lists().refreshConversations();
    await lists().moreConversations({ archived: true });
    expect((await new Store(db).views.listing.newest({ archived: true })).length).toBe(3);
  });

  test('learn all that happened while this browser was away, and not more', async () => {
    give(MANY);
    const tab = lists();
    await tab.refreshConversations();
    give(300, { title: 'meanwhile' }, MANY);
    asked = [];
    await lists().refreshConversations();
    expect(await db.conversations.filter((row) => row.title === 'meanwhile').count()).toBe(300);
    expect(asked.length).toBe(4); // what is pinned, then 50, 200 and 200
  });
});

test('a browser of before has its conversations in the lists when the page is updated', async () => {
  const before = new Dexie(db.name);
  before.version(1).stores({
    locrits: 'id, name',
    conversations: 'conversation_id, locrit_name, updated_at',
    messages: 'message_id, [conversation_id+seq]',
    outbox: '++order, &op_id, lane',
    cursors: 'scope',
    meta: 'key',
  });
  const rows = [
    aConversation({ conversation_id: 'plain', title: 'Bees' }),
    aConversation({ conversation_id: 'pinned', pinned: true }),
    aConversation({ conversation_id: 'archived', archived: true }),
    aConversation({ conversation_id: 'deleted', deleted_at: moment(1) }),
    aConversation({ conversation_id: 'of the trash', locrit_id: 'gone', locrit_name: 'Eve' }),
  ];
  await before.table('conversations').bulkAdd(rows);
  await before.table('locrits').bulkAdd([
    { id: 'l1', name: 'Bob', deleted_at: null },
    { id: 'gone', name: 'Eve', deleted_at: moment(1) },
  ]);
  before.close();
  const { listing } = new Store(db).views;
  expect((await listing.newest({})).map((row) => row.conversation_id)).toEqual(['plain', 'pinned']);
  expect((await listing.newest({ archived: true })).map((row) => row.conversation_id)).toEqual(['archived']);
  expect(await db.conversations.get('plain')).toMatchObject({ title: 'Bees', locrit_id: 'l1' });
  expect(await db.conversations.count()).toBe(rows.length);
});
