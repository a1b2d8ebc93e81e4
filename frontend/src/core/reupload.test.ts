import { expect, test } from 'vitest';
import { backupOf, rollBackTo } from '../../tests/fakes/backup';
import { begun, browser, saved, server, talking } from '../../tests/fakes/browser';
import { callTool, forgetArtifact, makeArtifact } from '../../tests/fakes/called';
import { eventually } from '../../tests/fakes/eventually';
import { forgetLocrit, named } from '../../tests/fakes/locrits';
import { FakeServer } from '../../tests/fakes/server';
import { upload } from './reupload';
import type { Artifact, Message, ToolResult } from './types';

async function backupAndMore() {
  const one = await browser();
  const old = await talking(one, 'before the backup');
  one.client.open(old);
  const untouched = await talking(one, 'elsewhere, before');
  const backup = backupOf(server);
  await one.client.actions.send(old, 'after the backup');
  await one.client.actions.send(untouched, 'elsewhere, after');
  await one.client.actions.editConversation(old, { title: 'A new name', starred: true });
  await one.client.createLocrit({ name: 'Eve' });
  const fresh = await begun(one.client, 'Eve', 'a conversation of its own');
  await saved(one.client);
  await eventually(() => expect(server.questions(fresh)).toHaveLength(1));
  return { ...one, old, untouched, fresh, backup };
}

test('a server that was restored from a backup gets what it had said is saved from the browser', async () => {
  const { client, transport, old, untouched, fresh, backup } = await backupAndMore();
  transport.disconnect();
  rollBackTo(server, backup);
  await client.actions.send(fresh, 'written while it was away');
  await eventually(async () => expect((await client.messages(fresh)).at(-1)).toMatchObject({ state: 'queued' }));
  expect(server.questions(old)).toEqual(['before the backup']);
  transport.connect();
  await eventually(() => {
    expect(server.questions(old)).toEqual(['before the backup', 'after the backup']);
    expect(server.questions(untouched)).toEqual(['elsewhere, before', 'elsewhere, after']);
    expect(server.questions(fresh)).toEqual(['a conversation of its own', 'written while it was away']);
    expect(server.conversations.get(old)).toMatchObject({ title: 'A new name', starred: true });
  });
  await eventually(async () => {
    const shown = (await client.messages(old)).flatMap((row) => (row.role === 'user' ? row.content : []));
    expect(shown).toEqual(['before the backup', 'after the backup']);
    expect(await client.conversation(old)).toMatchObject({ title: 'A new name', starred: true });
  });
  await client.actions.send(old, 'and it goes on');
  await eventually(() => expect(server.questions(old)).toContain('and it goes on'));
});

test('a device is told of the other history also when that has become longer than its own', async () => {
  const [one, two] = [await browser(), await browser()];
  const id = await talking(one, 'before the backup');
  const backup = backupOf(server);
  for (const { client } of [one, two]) client.open(id);
  await one.client.actions.send(id, 'after the backup');
  await eventually(async () => expect(await two.client.messages(id)).toHaveLength(4));
  two.transport.disconnect();
  one.transport.disconnect();
  rollBackTo(server, backup);
  const three = await browser();
  three.client.open(id);
  await eventually(async () => expect(await three.client.messages(id)).not.toHaveLength(0));
  for (const text of ['another', 'history', 'begins']) await three.client.actions.send(id, text);
  await saved(three.client);
  two.transport.connect();
  const all = ['before the backup', 'another', 'history', 'begins', 'after the backup'];
  await eventually(async () => {
    expect(server.questions(id)).toEqual(all);
    const shown = (await two.client.messages(id)).flatMap((row) => (row.role === 'user' ? row.content : []));
    expect(shown).toEqual(all);
  });
});

test('every field comes back: branches, ends, costs, the trash, the settings of a Locrit', async () => {
  const { client, transport, old, fresh, backup } = await backupAndMore();
  const [eve] = (await client.locrits()).filter(({ name }) => name === 'Eve');
  await client.editLocrit('Eve', { system_prompt: 'You are Eve, the first.', rev: eve?.rev });
  client.open(fresh);
  await eventually(async () => expect(await client.messages(fresh)).toHaveLength(2));
  const [question, reply] = await client.messages(fresh);
  server.finishReply(reply?.message_id ?? '', 'A whole reply.');
  await client.actions.sendInstead(fresh, question?.message_id ?? '', 'put differently');
  await eventually(async () => expect(await client.messages(fresh)).toHaveLength(4));
  await client.actions.deleteMessage(reply?.message_id ?? '');
  await saved(client);
  await eventually(async () => expect(await client.messages(fresh)).toHaveLength(3));
  const before = { rows: server.inOrder(fresh), conversation: server.conversations.get(fresh) };
  transport.disconnect();
  rollBackTo(server, backup);
  transport.connect();
  await eventually(() => expect(server.inOrder(fresh)).toHaveLength(4));
  const comparable = ({ seq: _, generation_id: __, idx: ___, status, ...row }: Message) => ({
    ...row,
    status: status === 'streaming' ? 'interrupted' : status,
  });
  expect(server.inOrder(fresh).map(comparable)).toEqual(before.rows.map(comparable));
  expect(server.conversations.get(fresh)).toMatchObject({ locrit_id: eve?.id, rev: before.conversation?.rev });
  expect(server.locrits.get('Eve')).toMatchObject({ id: eve?.id, system_prompt: 'You are Eve, the first.' });
  expect(server.questions(old)).toContain('after the backup');
});

test('one message that the server does not take holds up no other', async () => {
  const one = await browser();
  const id = await talking(one, 'before');
  one.client.open(id);
  const backup = backupOf(server);
  for (const text of ['one', 'not taken', 'two']) await one.client.actions.send(id, text);
  await saved(one.client);
  await eventually(async () => expect(await one.client.messages(id)).toHaveLength(8));
  one.transport.disconnect();
  rollBackTo(server, backup);
  server.refusesToTake = 'not taken';
  one.transport.connect();
  await eventually(() => expect(server.questions(id)).toEqual(['before', 'one', 'two']));
});

test('what replies had called and made comes back as it was, and what is newer there stays', async () => {
  const one = await browser();
  const id = await talking(one, 'before');
  one.client.open(id);
  const [question, reply] = server.inOrder(id) as [Message, Message];
  callTool(server, reply, 'known');
  makeArtifact(server, reply, 'page');
  const backup = backupOf(server);
  callTool(server, server.inOrder(id)[1] as Message, 'after');
  makeArtifact(server, question, 'later');
  await eventually(async () => expect(await one.db.tool_results.count()).toBe(2));
  await one.client.tools.answer((await one.client.tools.one('known')) as ToolResult, 'refuse');
  await one.client.artifacts.edit((await one.client.artifacts.one('page')) as Artifact, { content: 'redrawn' });
  await eventually(() => expect(server.made.get('page')?.content).toBe('redrawn'));
  await eventually(async () => expect(await one.client.artifacts.one('page')).toMatchObject({ version: 2 }));
  await saved(one.client);
  await eventually(async () => expect(await one.client.artifacts.of(id)).toHaveLength(2));
  const before = structuredClone({ tools: server.tools, made: server.made });
  one.transport.disconnect();
  rollBackTo(server, backup);
  one.transport.connect();
  await eventually(() => expect({ tools: server.tools, made: server.made }).toEqual(before));
  expect(server.versions.get('page')).toMatchObject([{ version: 1, content: 'page of page.' }]);
});

test('what is brought back comes in pieces that the server takes', async () => {
  const one = await browser();
  const id = await talking(one, 'before');
  const long = Array.from({ length: 12 }, (_, n) => ({
    message_id: `long-${n}`,
    role: 'user' as const,
    content: `${n} ${'é'.repeat(n % 3 ? 90_000 : 190_000)}`,
    metadata: {},
  }));
  await upload(one.transport, id, long);
  expect(server.questions(id)).toEqual(['before', ...long.map(({ content }) => content)]);
  expect(one.transport.log.filter((line) => line.includes('/sync')).length).toBeLessThan(long.length);
});

test('what was deleted or forgotten after the backup stays so', async () => {
  const one = await browser();
  const [told, trashed] = [await talking(one, 'a secret', 'no secret'), await talking(one, 'for the trash')];
  one.client.open(told);
  const backup = backupOf(server);
  await eventually(async () => expect(await one.client.messages(told)).toHaveLength(4));
  const [secret] = await one.client.messages(told);
  await one.client.forgetMessage(secret?.message_id ?? '');
  await one.client.actions.deleteConversation(trashed);
  await eventually(() => expect(server.conversations.get(trashed)?.deleted_at).not.toBeNull());
  one.transport.disconnect();
  rollBackTo(server, backup);
  one.transport.connect();
  await eventually(() => {
    expect(server.questions(told)).toEqual(['', 'no secret']);
    expect(server.conversations.get(trashed)?.deleted_at).not.toBeNull();
  });
});

test('what was forgotten in a conversation that this browser has never opened is forgotten again', async () => {
  const [one, two] = [await browser(), await browser()];
  const id = await talking(one, 'a secret', 'no secret');
  await eventually(async () => expect(await two.client.conversation(id)).toBeDefined());
  const backup = backupOf(server);
  await one.client.forgetMessage(
    (await one.db.messages.toArray())[0]?.message_id ?? server.inOrder(id)[0]?.message_id ?? '',
  );
  await eventually(async () => expect(await two.db.meta.where('key').startsWith('forgotten:').count()).toBe(1));
  for (const { transport } of [one, two]) transport.disconnect();
  rollBackTo(server, backup);
  two.transport.connect();
  await eventually(() => expect(server.questions(id)).toEqual(['', 'no secret']));
});

test('a Locrit that was forgotten after the backup is forgotten again, also when the list was loaded since', async () => {
  const one = await browser();
  await one.client.createLocrit({ name: 'Eve' });
  await saved(one.client);
  const backup = backupOf(server);
  forgetLocrit(server, named(server, 'Eve'));
  await eventually(async () => expect(await one.client.locrit('Eve')).toBeUndefined());
  await one.client.refreshLocrits();
  one.transport.disconnect();
  rollBackTo(server, backup);
  one.transport.connect();
  await eventually(() => expect([...server.locrits.keys()]).toEqual(['Bob']));
  expect(JSON.stringify(await one.db.locrits.toArray())).not.toContain('Eve');
});

test.each([true, false])(
  'an artifact that was forgotten stays so (while its conversation is open: %s)',
  async (isOpen) => {
    const one = await browser();
    const id = await talking(one, 'before');
    const close = one.client.open(id);
    makeArtifact(server, server.inOrder(id)[1] as Message, 'page');
    await eventually(async () => expect(await one.client.artifacts.of(id)).toHaveLength(1));
    if (!isOpen) close();
    const backup = backupOf(server);
    forgetArtifact(server, server.made.get('page') as Artifact);
    await eventually(async () => expect(await one.client.artifacts.of(id)).toEqual([]));
    expect(JSON.stringify(await one.db.artifacts.toArray())).not.toContain('page of');
    one.transport.disconnect();
    rollBackTo(server, backup);
    one.transport.connect();
    await eventually(() => expect(server.made.get('page')).toMatchObject({ content: '' }));
  },
);

test('a server with other data gets nothing of it', async () => {
  const { client, transport, old, fresh } = await backupAndMore();
  transport.disconnect();
  const other = new FakeServer('Bob');
  other.handle('post', '/api/v2/conversations', {
    path: {},
    query: {},
    body: { conversation_id: 'theirs', locrit_name: 'Bob', op_id: 'theirs' },
  });
  rollBackTo(server, backupOf(other));
  transport.connect();
  await eventually(async () => expect(await client.conversation(fresh)).toBeUndefined());
  expect([...server.conversations.keys()]).toEqual(['theirs']);
  await client.refreshConversations();
  expect(await client.conversation('theirs')).toBeDefined();
  expect(server.messages.size, `of ${old}`).toBe(0);
});
