import { afterEach, beforeEach, expect } from 'vitest';
import type { Client } from '../../src/core/client';
import { LocritDb } from '../../src/core/db';
import { createClient } from '../../src/core/engine';
import type { Leadership } from '../../src/core/leader';
import { LocalState } from '../../src/core/local-state';
import { eventually } from './eventually';
import { FakeServer } from './server';
import { FakeTransport } from './transport';

const leading: Leadership = { start: (changed) => changed(), held: () => true, stop: () => {} };

export let server: FakeServer;
let opened: { client: Client; db: LocritDb }[];

/** For each test a server, and the browsers that it opens. */
beforeEach(() => {
  server = new FakeServer('Bob');
  opened = [];
});

afterEach(async () => {
  for (const { client } of opened) client.stop();
  for (const { db } of opened) await db.delete();
});

/** A browser of its own, or another tab of the browser with this database. */
export async function browser(db = new LocritDb(`client-${Math.random()}`), isOnline = true) {
  const transport = new FakeTransport(server, isOnline);
  const client = createClient({ db, transport, leadership: leading, localState: new LocalState(undefined) });
  opened.push({ client, db });
  await client.start();
  return { client, transport, db };
}

/** A page that is opened without the server. */
export const openedOffline = (db: LocritDb) => browser(db, false);

/** A browser that knows Bob, and has lost the server. */
export async function cutOff() {
  const one = await browser();
  await eventually(async () => expect(await one.client.locrit('Bob')).toBeDefined());
  one.transport.disconnect();
  return one;
}

export async function talking({ client }: { client: Client }, ...texts: string[]): Promise<string> {
  const [first, ...others] = texts;
  if (first === undefined) return empty(client);
  const id = await begun(client, 'Bob', first);
  for (const text of others) await client.actions.send(id, text);
  await saved(client);
  return id;
}

/** As a program may leave it. */
async function empty(client: Client): Promise<string> {
  const body = { conversation_id: client.newConversationId(), locrit_name: 'Bob', op_id: client.newConversationId() };
  server.handle('post', '/api/v2/conversations', { path: {}, query: {}, body });
  await client.refreshConversations();
  return body.conversation_id;
}

export async function begun(client: Client, locrit: string, text: string): Promise<string> {
  const id = client.newConversationId();
  await client.actions.begin(id, locrit, text);
  return id;
}

export async function saved(client: Client): Promise<void> {
  await eventually(async () =>
    expect(client.connection.get()).toMatchObject({ pending: 0, lastSavedAt: expect.any(Number) }),
  );
}
