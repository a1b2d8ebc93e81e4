import { describe, expect, test } from 'vitest';
import { eventually } from '../../tests/fakes/eventually';
import { conversation, drained, empty, open, server, states } from '../../tests/fakes/tab';

describe('what the server refuses', () => {
  test('is kept for a decision, with the reason, and holds nothing else up', async () => {
    const one = open();
    const id = await conversation(one);
    await one.actions.send(id, 'refuse this');
    await one.actions.send(id, 'next');
    await drained();
    expect(server.questions(id)).toEqual(['next']);
    const rows = await one.store.views.sights.messages(id);
    expect(rows.at(-1)).toMatchObject({
      content: 'refuse this',
      state: 'rejected',
      problem: { code: 'invalid_input' },
    });
  });

  test('was asked once: what the socket refused, and not what it left without an answer, is never asked by REST', async () => {
    const one = open();
    const id = await conversation(one);
    one.transport.connect();
    const asked = async (text: string) => {
      one.transport.log.length = 0;
      await one.actions.send(id, text);
      await drained();
      return one.transport.log.map((line) => line.split('/')[0]);
    };
    expect(await asked('refuse this')).toEqual(['chat_message works']);
    one.transport.fates = ['lost'];
    expect(await asked('say this')).toEqual(['chat_message lost', 'post ']);
    expect(server.questions(id)).toEqual(['say this']);
  });

  test('begins no conversation that the server does not have, by socket neither', async () => {
    const one = open();
    const id = await conversation(one);
    one.transport.connect();
    server.conversations.delete(id);
    await one.actions.send(id, 'too early');
    await drained();
    expect(server.conversations.has(id)).toBe(false);
    expect((await one.store.views.rejected())[0]).toMatchObject({ text: 'too early', problem: { code: 'not_found' } });
  });

  test('goes once more after it was changed', async () => {
    const one = open();
    const id = await conversation(one);
    const messageId = await one.actions.send(id, 'refuse this');
    await eventually(async () => expect(await states()).toEqual(['rejected']));
    const [refused] = await one.store.queue.pending();
    await one.actions.editMessage(messageId, 'accept this');
    await drained();
    expect(server.questions(id)).toEqual(['accept this']);
    expect(server.messages.get(messageId)?.content).toBe('accept this');
    expect(await states()).toEqual([]);
    expect(one.sent).toHaveLength(2); // the conversation and the message
    expect(one.sent).not.toContain(refused?.op_id);
  });

  test('is gone when it is discarded, and so is its effect here', async () => {
    const one = open();
    const id = await conversation(one);
    await one.actions.send(id, 'refuse this');
    await eventually(async () => expect(await states()).toEqual(['rejected']));
    const [entry] = await one.store.queue.pending();
    await one.outbox.resolve(entry?.op_id ?? '', 'discard');
    expect(await one.store.views.sights.messages(id)).toEqual([]);
  });

  test('is waited for by what was to follow it, which takes its place when it is discarded', async () => {
    const one = open();
    const id = await conversation(one);
    const first = await one.actions.send(id, 'first');
    await one.actions.send(id, 'newest');
    await drained();
    const refused = await one.actions.send(id, 'refuse this', { parent_id: first });
    const next = await one.actions.send(id, 'after it', { parent_id: refused });
    await eventually(async () => expect(await states()).toEqual(['rejected', 'queued']));
    await one.outbox.resolve((await one.store.queue.pending())[0]?.op_id ?? '', 'discard');
    await drained();
    expect(server.messages.get(next)?.parent_id).toBe(first);
  });

  test('is found without its page, also when its conversation is in the trash by now', async () => {
    const one = open();
    const id = await conversation(one);
    const path = { conversation_id: id };
    const body = { op_id: 'elsewhere', deleted: true };
    server.handle('patch', '/api/v2/conversations/{conversation_id}', { path, query: {}, body });
    await one.actions.send(id, 'into the void');
    await drained();
    const [rejected] = await one.store.views.rejected();
    expect(rejected).toMatchObject({
      text: 'into the void',
      locrit: 'Bob',
      conversationId: id,
      problem: { code: 'not_found' },
    });
    await one.outbox.resolve(rejected?.opId ?? '', 'discard');
    expect(await one.store.views.rejected()).toEqual([]);
  });

  test('is an edit of a version that is not the newest any more: the current one is told', async () => {
    const one = open();
    const id = await conversation(one);
    const messageId = await one.actions.send(id, 'mine');
    await drained();
    server.finishReply(messageId, 'theirs'); // another device has changed it
    await one.actions.editMessage(messageId, 'mine, better');
    await drained();
    const [entry] = await one.store.queue.pending();
    expect(entry?.problem).toMatchObject({ code: 'conflict', details: { current: { content: 'theirs' } } });
  });

  test.each([
    ['keep-mine', ['mine, better']],
    ['keep-theirs', []],
  ] as const)('is an edit of what was deleted elsewhere: it is shown until %s decides', async (decision, shown) => {
    const one = open();
    const id = await conversation(one);
    const messageId = await one.actions.send(id, 'mine');
    await drained();
    const path = { conversation_id: id, message_id: messageId };
    server.handle('delete', '/api/v2/conversations/{conversation_id}/messages/{message_id}', {
      path,
      query: {},
      body: {},
    });
    await one.actions.editMessage(messageId, 'mine, better');
    const after = await one.actions.send(id, 'what follows it', { parent_id: messageId });
    await drained();
    await one.store.cache.put({ messages: server.inOrder(id) });
    const texts = async () => (await one.store.views.sights.messages(id)).map((row) => row.content).filter(Boolean);
    expect(await texts()).toEqual(['mine, better', 'what follows it']);
    const rejected = (await one.store.views.sights.messages(id)).find((row) => row.state === 'rejected');
    await one.outbox.resolve(rejected?.opId ?? '', decision);
    await drained();
    await one.store.cache.put({ messages: server.inOrder(id) });
    expect(await states()).toEqual([]);
    expect(server.messages.get(after)?.parent_id).toBe(messageId);
    expect(await texts()).toEqual([...shown, 'what follows it']);
  });

  test.each([
    ['keep-mine', 'mine, better', []],
    ['keep-theirs', 'theirs', ['mine, better']],
  ] as const)('is an edit that lost: both texts are shown, and %s decides', async (decision, said, aside) => {
    const one = open();
    const id = await conversation(one);
    const messageId = await one.actions.send(id, 'mine');
    await drained();
    server.finishReply(messageId, 'theirs');
    await one.actions.editMessage(messageId, 'mine, better');
    await drained();
    const [row] = await one.store.views.sights.messages(id);
    expect(row).toMatchObject({ content: 'mine, better', state: 'rejected' });
    expect(row?.problem?.details?.current?.content).toBe('theirs');
    await one.outbox.resolve(row?.opId ?? '', decision);
    await drained();
    expect(await states()).toEqual([]);
    expect(server.messages.get(messageId)?.content).toBe(said);
    expect(server.aside.get(messageId) ?? []).toEqual(aside);
    expect((await one.store.views.sights.messages(id))[0]).toMatchObject({ content: said, state: 'saved' });
  });

  test('is an edit that is changed again: it waits in the same place', async () => {
    const one = open();
    const id = await conversation(one);
    const messageId = await one.actions.send(id, 'mine');
    await drained();
    server.finishReply(messageId, 'theirs');
    for (const text of ['mine, better', 'mine, best']) {
      await one.actions.editMessage(messageId, text);
      await drained();
    }
    expect(await states()).toEqual(['rejected']);
    const [row] = await one.store.views.sights.messages(id);
    expect([row?.content, row?.problem?.details?.current?.content]).toEqual(['mine, best', 'theirs']);
  });

  test('is never what was forgotten: it is dropped, and does not come back', async () => {
    const one = open();
    const id = await conversation(one);
    const messageId = await one.actions.send(id, 'secret');
    await drained();
    server.forget(messageId);
    await one.actions.editMessage(messageId, 'secret, again');
    await drained();
    expect(await states()).toEqual([]);
    expect(server.messages.get(messageId)?.content).toBe('');
  });
});

describe('changes of one message', () => {
  test('follow each other without being in conflict', async () => {
    const one = open();
    const id = await conversation(one);
    const messageId = await one.actions.send(id, 'one');
    await drained();
    one.outbox.stop();
    await one.actions.editMessage(messageId, 'two');
    await one.actions.editMessage(messageId, 'three');
    expect((await one.store.views.sights.messages(id))[0]).toMatchObject({ content: 'three', state: 'queued' });
    open().outbox.start();
    await drained();
    expect(server.messages.get(messageId)).toMatchObject({ content: 'three', rev: 3 });
    expect(await states()).toEqual([]);
  });

  test('are made in place while it has never been sent', async () => {
    const one = open();
    const id = await empty(one);
    const messageId = await one.actions.send(id, 'frist');
    await one.actions.editMessage(messageId, 'first');
    const unwanted = await one.actions.send(id, 'second');
    await one.actions.deleteMessage(unwanted);
    one.outbox.start();
    await drained();
    expect(server.questions(id)).toEqual(['first']);
  });

  test('delete and restore it', async () => {
    const one = open();
    const id = await conversation(one);
    const messageId = await one.actions.send(id, 'hello');
    await drained();
    await one.actions.deleteMessage(messageId);
    await drained();
    expect((await one.store.views.sights.messages(id)).map((row) => row.message_id)).not.toContain(messageId);
    await one.actions.restoreMessage(messageId);
    await drained();
    expect((await one.store.views.sights.messages(id))[0]).toMatchObject({ message_id: messageId, state: 'saved' });
  });
});
