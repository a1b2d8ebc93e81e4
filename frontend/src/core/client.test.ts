import { describe, expect, test } from 'vitest';
import { begun, browser, cutOff, openedOffline, saved, server, talking } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';
import type { Client } from './client';
import type { MessageRow } from './types';

async function lines(client: Client, id: string): Promise<string[]> {
  return (await client.messages(id)).map((row) => `${row.role}: ${row.content} (${row.state})`);
}

describe('a conversation', () => {
  test('can be used before the server knows it', async () => {
    const { client, transport } = await cutOff();
    const id = await begun(client, 'Bob', 'hello');
    await client.actions.editConversation(id, { title: 'Greetings', starred: true });
    expect(await client.conversation(id)).toMatchObject({
      locrit_name: 'Bob',
      title: 'Greetings',
      starred: true,
      local: true,
    });
    expect((await client.messages(id))[0]).toMatchObject({ content: 'hello', rev: 0 });

    transport.connect();
    await saved(client);
    expect(server.conversations.get(id)).toMatchObject({ title: 'Greetings', starred: true });
    expect(await client.conversation(id)).toMatchObject({ title: 'Greetings', local: false });
  });

  test('shows question and reply as soon as the server has them, and the reply when it is complete', async () => {
    const one = await browser();
    server.writesSlowly = true;
    const id = await talking(one);
    const close = one.client.open(id);
    await one.client.actions.send(id, 'hello');
    await eventually(async () =>
      expect(await lines(one.client, id)).toEqual(['user: hello (saved)', 'assistant:  (streaming)']),
    );
    server.finishReply((await one.client.messages(id))[1]?.message_id ?? '', 'Hi!');
    await eventually(async () => expect((await lines(one.client, id))[1]).toBe('assistant: Hi! (saved)'));
    close();
  });

  test('shows the state of the model that was told last, however late an answer comes', async () => {
    const { client, transport } = await browser();
    const state = () => client.connection.get().model?.provider;
    await eventually(async () => expect(state()).toBe('none'));
    const answered = transport.log.length;
    transport.greet(); // asks for the state, which is another one before the answer
    transport.tellModelState({ provider: 'embedded', status: 'ready', detail: '', host: null, version: null });
    await eventually(async () => expect(transport.log.slice(answered).join()).toContain('/api/v2/models'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(state()).toBe('embedded');
  });

  test('that is followed already is not asked for again after each message', async () => {
    const one = await browser();
    const id = await talking(one, 'first');
    const close = one.client.open(id);
    const asked = () => one.transport.log.filter((line) => line.startsWith(`subscribe conversation:${id}`));
    await eventually(async () => expect(asked()).toHaveLength(1));
    for (const [at, text] of ['second', 'third', 'fourth'].entries()) {
      await one.client.actions.send(id, text);
      await saved(one.client);
      await eventually(async () => expect(await one.client.messages(id)).toHaveLength(2 * at + 4));
    }
    expect(asked()).toHaveLength(1);
    close();
  });

  test('is asked for once when a turn tells of it several times', async () => {
    const one = await browser();
    const id = await talking(one, 'first');
    const asked = () =>
      one.transport.log.filter((line) => line.startsWith('get /api/v2/conversations/{conversation_id} '));
    const before = asked().length;
    for (let times = 0; times < 5; times += 1) one.transport.tellActivity(id);
    await eventually(async () => expect(asked()).toHaveLength(before + 1));
    one.transport.tellActivity(id);
    await eventually(async () => expect(asked()).toHaveLength(before + 2));
  });

  test('is the same in every browser that has it open', async () => {
    const [one, two] = [await browser(), await browser()];
    const id = await talking(one, 'hello');
    one.client.open(id);
    two.client.open(id);
    await one.client.actions.send(id, 'again');
    await eventually(async () => expect(await lines(two.client, id)).toHaveLength(4));
    const [question] = await two.client.messages(id);
    await two.client.actions.editMessage(question?.message_id ?? '', 'hello there');
    await eventually(async () => expect((await lines(one.client, id))[0]).toBe('user: hello there (saved)'));
  });

  test('catches up after events were lost on the way', async () => {
    const [one, two] = [await browser(), await browser()];
    const id = await talking(one, 'one');
    two.client.open(id);
    await eventually(async () => expect(await lines(two.client, id)).toHaveLength(2));
    two.transport.deaf = true;
    await one.client.actions.send(id, 'two');
    await saved(one.client);
    two.transport.deaf = false;
    await one.client.actions.send(id, 'three');
    await eventually(async () => expect(await lines(two.client, id)).toEqual(await questionsAndReplies(id)));
  });

  test('catches up when the server says that something may have been lost', async () => {
    const [one, two] = [await browser(), await browser()];
    const id = await talking(one, 'one');
    two.client.open(id);
    await eventually(async () => expect(await lines(two.client, id)).toHaveLength(2));
    two.transport.deaf = true;
    await one.client.actions.send(id, 'two');
    await saved(one.client);
    two.transport.deaf = false;
    two.transport.greet();
    await eventually(async () => expect(await lines(two.client, id)).toEqual(await questionsAndReplies(id)));
  });

  test('catches up after the connection was lost', async () => {
    const [one, two] = [await browser(), await browser()];
    const id = await talking(one, 'one');
    two.client.open(id);
    await eventually(async () => expect(await lines(two.client, id)).toHaveLength(2));
    two.transport.disconnect();
    for (let n = 0; n < 30; n += 1) await one.client.actions.send(id, `number ${n}`);
    await saved(one.client);
    two.transport.connect();
    await eventually(async () => expect(await lines(two.client, id)).toEqual(await questionsAndReplies(id)));
  });

  test('starts over when the server has another history', async () => {
    const one = await browser();
    const id = await talking(one, 'one', 'two', 'three');
    one.client.open(id);
    await eventually(async () => expect((await one.db.cursors.get(`conversation:${id}`))?.seq).toBe(6));
    one.transport.disconnect();
    for (const message of server.inOrder(id).slice(2)) server.messages.delete(message.message_id);
    server.events.set(`conversation:${id}`, server.events.get(`conversation:${id}`)?.slice(0, 2) ?? []);
    one.transport.connect();
    await eventually(async () => expect(await lines(one.client, id)).toEqual(await questionsAndReplies(id)));
  });

  test('is there without a server after a reload', async () => {
    const one = await browser();
    const id = await talking(one, 'hello');
    one.client.open(id);
    await eventually(async () => expect(await lines(one.client, id)).toHaveLength(2));
    one.client.stop();

    const two = await openedOffline(one.db);
    expect(await lines(two.client, id)).toHaveLength(2);
    expect((await two.client.conversations({ locrit: 'Bob' })).map((row) => row.conversation_id)).toEqual([id]);
  });

  async function questionsAndReplies(id: string): Promise<string[]> {
    return server.inOrder(id).map((row) => `${row.role}: ${row.content} (saved)`);
  }
});

describe('a long conversation', () => {
  test('shows its newest page first, and older ones on demand, from the server or the cache', async () => {
    const one = await browser();
    const id = await talking(one, ...Array.from({ length: 60 }, (_, n) => `number ${n}`));
    const two = await browser();
    two.client.open(id);
    await eventually(async () => expect(await two.client.messages(id)).toHaveLength(50));
    expect(await two.client.loadOlder(id)).toBe(true);
    expect(await two.client.messages(id)).toHaveLength(100);
    expect(await two.client.loadOlder(id)).toBe(false);
    expect(seqs(await two.client.messages(id))).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
    two.client.stop();

    const again = await openedOffline(two.db);
    expect(await again.client.messages(id)).toHaveLength(50);
    expect(await again.client.loadOlder(id)).toBe(true);
    expect(await again.client.loadOlder(id)).toBe(false);
    expect(await again.client.messages(id)).toHaveLength(120);
  });

  function seqs(rows: MessageRow[]): number[] {
    return rows.map((row) => row.seq);
  }
});

describe('the lists', () => {
  test('hold what the server has, and follow what other browsers do', async () => {
    const [one, two] = [await browser(), await browser()];
    await eventually(async () => expect((await two.client.locrits()).map((row) => row.name)).toEqual(['Bob']));
    const id = await talking(one);
    await eventually(async () =>
      expect((await two.client.conversations({})).map((row) => row.conversation_id)).toEqual([id]),
    );
    await one.client.actions.editConversation(id, { archived: true });
    await eventually(async () => expect(await two.client.conversations({ archived: true })).toHaveLength(1));
    await one.client.actions.deleteConversation(id);
    await eventually(async () => expect(await two.client.conversations({ archived: true })).toHaveLength(0));
    await one.client.actions.restoreConversation(id);
    await eventually(async () => expect(await two.client.conversations({ archived: true })).toHaveLength(1));
  });
});

describe('the connection', () => {
  test('tells how much is waiting, and for what', async () => {
    const { client, transport } = await cutOff();
    await begun(client, 'Bob', 'hello');
    await eventually(() =>
      expect(client.connection.get()).toMatchObject({ state: 'offline', pending: 1, rejected: 0 }),
    );
    await eventually(() => expect(client.connection.get().problem?.code).toBe('unreachable'));
    transport.connect();
    await eventually(() => expect(client.connection.get()).toMatchObject({ state: 'online', pending: 0 }));
    expect(client.connection.get().problem).toBeUndefined();
  });
});
