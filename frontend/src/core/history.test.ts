import { describe, expect, test } from 'vitest';
import { browser, saved, server, talking } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';
import { FakeQuota } from '../../tests/fakes/quota';
import { LocritDb } from './db';
import { Store } from './store';
import type { Locrit } from './types';

describe('a Locrit in the trash', () => {
  test('takes its conversations along until it is back, and its name gives them to no other one', async () => {
    const one = await browser();
    const id = await talking(one, 'hello');
    const [bob] = await one.db.locrits.toArray();
    if (bob === undefined) throw new Error('there is nobody to talk with');
    const told = (fields: Partial<Locrit>) => new Store(one.db).cache.put({ locrits: [{ ...bob, ...fields }] });
    await told({ deleted_at: bob.created_at, rev: bob.rev + 1 });
    await told({ id: 'another of this name' });
    expect(await one.client.conversations({})).toEqual([]);
    expect(await one.client.conversations({ locrit: bob.name })).toEqual([]);
    expect(await one.client.conversation(id)).toBeUndefined();
    await told({ rev: bob.rev + 2 });
    expect((await one.client.conversations({})).map((row) => row.conversation_id)).toEqual([id]);
  });
});

describe('what is forgotten', () => {
  test('leaves this browser and every other one, with drafts and what was not sent', async () => {
    const [one, two] = [await browser(), await browser()];
    const id = await talking(one, 'secret');
    one.client.open(id);
    two.client.open(id);
    await eventually(async () => expect((await two.client.messages(id)).length).toBe(2));
    two.client.saveDraft(id, 'more secrets');
    two.transport.disconnect();
    await two.client.actions.send(id, 'another secret');
    await one.client.forgetConversation(id);
    two.transport.connect();
    for (const { client, db } of [one, two]) {
      await eventually(async () => expect(await client.conversation(id)).toBeUndefined());
      await eventually(async () => expect(JSON.stringify(await db.messages.toArray())).not.toContain('secret'));
      await eventually(async () => expect(await db.outbox.count()).toBe(0));
    }
    expect(two.client.draft(id)).toBe('');
  });

  test('a single message takes its waiting edits along', async () => {
    const one = await browser();
    const id = await talking(one, 'secret');
    one.client.open(id);
    const [question] = await one.client.messages(id);
    const messageId = question?.message_id ?? '';
    one.transport.disconnect();
    await one.client.actions.editMessage(messageId, 'secret, edited');
    server.forget(messageId);
    one.transport.connect();
    await eventually(async () => expect(await one.db.outbox.count()).toBe(0));
    await eventually(async () =>
      expect((await one.client.messages(id)).map((row) => row.content)).not.toContain('secret'),
    );
    expect(server.messages.get(messageId)?.content).toBe('');
  });
});

describe('what is forgotten elsewhere, in a conversation that is not open here,', () => {
  async function readAndClosed(...texts: string[]) {
    const [one, two] = [await browser(), await browser()];
    const id = await talking(one, ...texts);
    const close = two.client.open(id);
    await eventually(async () => expect(JSON.stringify(await two.db.messages.toArray())).toContain(texts.at(-1)));
    await eventually(async () => expect(await two.db.cursors.get('user:local')).toBeDefined());
    close();
    return { one, two, id, messageId: (await two.client.messages(id))[0]?.message_id ?? '' };
  }

  const kept = async ({ db }: Awaited<ReturnType<typeof browser>>) =>
    JSON.stringify(
      await Promise.all(
        ['messages', 'outbox', 'conversations', 'memories', 'concepts', 'concept_lists'].map((name) =>
          db.table(name).toArray(),
        ),
      ),
    );

  test('is gone at once', async () => {
    const { one, two, messageId, id } = await readAndClosed('secret', 'innocent');
    await one.client.forgetMessage(messageId);
    await eventually(async () => expect(await kept(two)).not.toContain('secret'));
    expect(await kept(two)).toContain('innocent');
    expect((await two.client.messages(id)).map((row) => row.message_id)).not.toContain(messageId);
  });

  test('is gone when this browser comes back, with what was still to be done to it', async () => {
    const { one, two, messageId } = await readAndClosed('secret', 'innocent');
    two.transport.disconnect();
    await two.client.actions.editMessage(messageId, 'secret, edited');
    await one.client.forgetMessage(messageId);
    expect(await kept(two)).toContain('secret, edited');
    two.transport.connect();
    await eventually(async () => expect(await kept(two)).not.toContain('secret'));
    expect(await kept(two)).toContain('innocent');
  });

  test('is gone after an absence too long to be told of everything, with the draft of its conversation', async () => {
    const { one, two, messageId, id } = await readAndClosed('secret');
    const other = await talking(one, 'innocent');
    const close = two.client.open(other);
    await eventually(async () => expect(await kept(two)).toContain('innocent'));
    close();
    const whole = await talking(one, 'all of it');
    await eventually(async () => expect(await two.client.conversation(whole)).toBeDefined());
    two.client.saveDraft(whole, 'more of it');
    const { id: bob = '' } = (await one.client.locrit('Bob')) ?? {};
    await one.client.memories.add(bob, { content: 'a secret fact' });
    await eventually(async () => expect(await kept(two)).toContain('fact'));
    server.concepts.say('secret town', 1);
    await two.client.concepts.load(bob);
    const [town] = (await two.client.concepts.of(bob))?.concepts ?? [];
    if (town) await two.client.concepts.edit(town, { name: 'a secret place' });
    await saved(two.client);
    expect(await kept(two)).toContain('secret place');
    two.transport.disconnect();
    for (const fact of await one.client.memories.of(bob)) await one.client.memories.forget(fact);
    await one.client.forgetMessage(messageId);
    await one.client.forgetConversation(whole);
    for (let n = 0; n < 2_001; n += 1) {
      const call = { path: { conversation_id: id }, query: {}, body: { title: `title ${n}`, op_id: `rename ${n}` } };
      server.handle('patch', '/api/v2/conversations/{conversation_id}', call);
    }
    two.transport.connect();
    await eventually(async () => expect(await kept(two)).not.toContain('secret'));
    await eventually(() => expect(two.client.draft(whole)).toBe(''));
    expect(await kept(two)).toContain('innocent');
  });
});

test('what is told of is here, and can be looked at, before anybody asks the server about it', async () => {
  const one = await browser();
  const id = await talking(one, 'hello');
  await eventually(async () => expect(await one.db.cursors.get('user:local')).toBeDefined());
  const told: string[] = [];
  one.db.conversations.hook('updating', () => void told.push('row'));
  one.client.news.subscribe(() => told.push('news'));
  const call = { path: { conversation_id: id }, query: {}, body: { deleted: true, op_id: 'away' } };
  server.handle('patch', '/api/v2/conversations/{conversation_id}', call);
  await eventually(() => expect(told).toContain('row'));
  await eventually(() => expect(told.lastIndexOf('news')).toBeGreaterThan(told.indexOf('row')));
});

describe('a branch and a fork', () => {
  test('a question put differently stands beside the first one, also before the server has it', async () => {
    const one = await browser();
    const id = await talking(one, 'first');
    one.client.open(id);
    const [question] = await one.client.messages(id);
    one.transport.disconnect();
    const branch = await one.client.actions.sendInstead(id, question?.message_id ?? '', 'first, better');
    expect((await one.client.messages(id)).find((row) => row.message_id === branch)?.parent_id).toBe(id);
    one.transport.connect();
    await eventually(() => expect(server.questions(id)).toEqual(['first', 'first, better']));
  });

  test('a question goes on from the message that it names, also from one that waits here', async () => {
    const one = await browser();
    const id = await talking(one, 'first');
    one.client.open(id);
    const [question, reply] = await one.client.messages(id);
    await one.client.actions.sendInstead(id, question?.message_id ?? '', 'first, better');
    await saved(one.client);
    one.transport.disconnect();
    const next = await one.client.actions.send(id, 'about the first', { parent_id: reply?.message_id ?? '' });
    const last = await one.client.actions.send(id, 'and more about it', { parent_id: next });
    const waiting = await one.client.messages(id);
    expect(waiting.slice(-2).map((row) => row.parent_id)).toEqual([reply?.message_id, next]);
    one.transport.connect();
    const answered = () => server.inOrder(id).find((row) => row.role === 'assistant' && row.parent_id === next);
    await eventually(() => expect(answered()).toBeDefined());
    await eventually(() => expect(server.messages.get(last)?.parent_id).toBe(answered()?.message_id));
    expect(server.messages.get(next)?.parent_id).toBe(reply?.message_id);
  });

  test('a fork made offline waits for what it copies', async () => {
    const one = await browser();
    const id = await talking(one);
    one.transport.disconnect();
    const last = await one.client.actions.send(id, 'hello');
    const copy = await one.client.actions.fork(id, last);
    await one.client.actions.send(copy, 'on my own');
    expect(await one.client.conversation(copy)).toMatchObject({ local: true });
    one.transport.connect();
    await eventually(() => expect(server.questions(copy)).toEqual(['hello', 'on my own']));
    expect(server.questions(id)).toEqual(['hello']);
  });
});

describe('when the browser is full', () => {
  test('cached conversations make room for what is written, the one used longest ago first', async () => {
    const db = new LocritDb(`client-${Math.random()}`);
    const quota = new FakeQuota(db);
    const one = await browser(db);
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const id = await talking(one, `about ${n}`);
      ids.push(id);
      const close = one.client.open(id);
      await eventually(async () => expect((await one.client.messages(id)).length).toBe(2));
      await eventually(async () => expect(await db.meta.get(`used:${id}`)).toBeDefined());
      close();
    }
    one.transport.disconnect();
    quota.left = 0;
    await one.client.actions.send(ids[2] ?? '', 'still kept');
    expect((await db.outbox.toArray()).length).toBe(1);
    const cached = await db.messages.toArray();
    expect(new Set(cached.map((row) => row.conversation_id))).toEqual(new Set(ids.slice(1)));
    expect(one.client.connection.get().problem?.code).not.toBe('storage_full');
  });

  test('it says so, keeps what is there, and works again when there is room', async () => {
    const db = new LocritDb(`client-${Math.random()}`);
    const quota = new FakeQuota(db);
    const one = await browser(db);
    const id = await talking(one);
    one.transport.disconnect();
    await one.client.actions.send(id, 'kept');
    quota.left = 0;
    await expect(one.client.actions.send(id, 'too much')).rejects.toMatchObject({ code: 'storage_full' });
    expect(one.client.connection.get().problem?.code).toBe('storage_full');
    quota.left = Number.POSITIVE_INFINITY;
    await one.client.actions.send(id, 'again');
    expect((await one.client.messages(id)).map((row) => row.content)).toEqual(['kept', 'again']);
    expect(one.client.connection.get().problem?.code).not.toBe('storage_full');
  });

  test('what waits is sent all the same, and makes room by leaving', async () => {
    const db = new LocritDb(`client-${Math.random()}`);
    const quota = new FakeQuota(db);
    const one = await browser(db);
    const id = await talking(one, 'hello');
    one.client.open(id);
    await eventually(async () => expect((await one.client.messages(id)).length).toBe(2));
    one.transport.disconnect();
    for (const text of ['one', 'two']) await one.client.actions.send(id, text);
    quota.left = 0;
    one.transport.connect();
    await eventually(() => expect(server.questions(id)).toEqual(['hello', 'one', 'two']));
    await eventually(async () => expect(await db.outbox.count()).toBe(0));
    quota.left = Number.POSITIVE_INFINITY;
    one.transport.disconnect();
    one.transport.connect();
    await eventually(async () => expect((await one.client.messages(id)).length).toBe(6));
    expect(one.client.connection.get().problem).toBeUndefined();
  });

  describe('no question waits for the end of a reply that there is no room to keep,', () => {
    const moments = [0, 0, 0, 0, 1, 2, 4, 8, 16, 32].flatMap((ticks) => [0, 1, 2, 3].map((room) => ({ ticks, room })));

    test.each(moments)('full but for $room rows $ticks moments after it was asked', async ({ ticks, room }) => {
      const db = new LocritDb(`client-${Math.random()}`);
      const quota = new FakeQuota(db);
      const one = await browser(db);
      const id = await talking(one, 'hello');
      one.client.open(id);
      server.writesSlowly = true;
      for (const text of ['one', 'two', 'three']) await one.client.actions.send(id, text);
      const running = () => server.inOrder(id).find(({ status }) => status === 'streaming');
      await eventually(() => expect(running()).toBeDefined());
      for (let n = 0; n < ticks; n += 1) await new Promise((resolve) => setTimeout(resolve));
      quota.left = room;
      server.writesSlowly = false;
      server.finishReply(running()?.message_id ?? '', 'Nobody can keep this.');
      await eventually(() => expect(server.questions(id)).toEqual(['hello', 'one', 'two', 'three']));
    });
  });
});

test('after weeks away the newest page is loaded, and what was deleted meanwhile is gone', async () => {
  const one = await browser();
  const [id, gone] = [await talking(one, 'hello'), await talking(one, 'thrown away')];
  await eventually(() => expect(server.questions(gone)).toEqual(['thrown away']));
  one.client.open(id);
  await eventually(async () => expect((await one.client.messages(id)).length).toBe(2));
  const reply = (await one.client.messages(id))[1]?.message_id ?? '';
  one.transport.stop();
  const change = (conversation_id: string, body: Record<string, unknown>) =>
    server.handle('patch', '/api/v2/conversations/{conversation_id}', { path: { conversation_id }, query: {}, body });
  change(gone, { op_id: 'weeks ago', deleted: true });
  for (let n = 0; n < 2_100; n += 1) change(id, { op_id: `rename ${n}`, title: `title ${n}` });
  for (let n = 0; n < 2_100; n += 1) server.finishReply(reply, `version ${n}`);

  const later = await browser(one.db);
  later.client.open(id);
  await eventually(async () => expect((await later.client.messages(id)).at(-1)?.content).toBe('version 2099'));
  await eventually(async () => expect(await later.client.conversation(gone)).toBeUndefined());
  expect((await later.client.conversation(id))?.title).toBe('title 2099');
  expect((await later.db.messages.toArray()).map((row) => row.content)).not.toContain('thrown away');
  expect(later.transport.log.filter((line) => line.includes('/events')).length).toBeLessThan(10);
});
