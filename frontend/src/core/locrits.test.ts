import { expect, test } from 'vitest';
import { begun, browser, cutOff, openedOffline, saved, server, talking } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';
import type { Client } from './client';
import type { LocritDb } from './db';

const named = (name: string) => [...server.locrits.values()].filter((locrit) => locrit.name === name);

/** The page is closed, and opened without the server. */
function reloaded({ client, db }: { client: Client; db: LocritDb }) {
  client.stop();
  return openedOffline(db);
}

async function refusedCreation() {
  const one = await cutOff();
  await one.client.createLocrit({ name: 'Eve', description: 'the first' });
  const id = await begun(one.client, 'Eve', 'hello, Eve');
  server.addLocrit('Eve');
  one.transport.connect();
  await eventually(async () => expect(await one.client.rejected()).toHaveLength(1));
  const [rejected] = await one.client.rejected();
  return { ...one, id, rejected: rejected as NonNullable<typeof rejected> };
}

test('whoever is online is told at once that it is saved', async () => {
  const { client } = await browser();
  const eve = await client.createLocrit({ name: 'Eve', open_to: { internet: true } });
  expect(eve).toMatchObject({ name: 'Eve', state: 'saved', local: false });
  expect(named('Eve').map(({ id }) => id)).toEqual([eve.id]);
  expect(await client.editLocrit(eve.id, { description: 'new', rev: eve.rev })).toMatchObject({ state: 'saved' });
  expect(await client.deleteLocrit(eve.id)).toBe(true);
  expect(await client.locrit('Eve')).toBeUndefined();
});

test('whoever is online is told at once what is refused, and nothing of it is left', async () => {
  const { client } = await browser();
  await expect(client.createLocrit({ name: 'Bob' })).rejects.toMatchObject({ code: 'conflict' });
  const eve = await client.createLocrit({ name: 'Eve' });
  await expect(client.editLocrit(eve.id, { name: 'Bob' })).rejects.toMatchObject({ code: 'conflict' });
  await expect(client.editLocrit(eve.id, { model: 'm', rev: 7 })).rejects.toMatchObject({ code: 'conflict' });
  expect(await client.rejected()).toEqual([]);
  expect(await client.locrit('Eve')).toMatchObject({ state: 'saved', model: '' });
});

test('a Locrit made without the server is talked to at once, and both arrive once and in order', async () => {
  const one = await cutOff();
  const eve = await one.client.createLocrit({ name: 'Eve', description: 'the first' });
  expect(eve).toMatchObject({ state: 'queued', local: true, description: 'the first' });
  const id = await begun(one.client, 'Eve', 'hello, Eve');
  const two = await reloaded(one);
  await eventually(async () => expect(await two.client.locrit('Eve')).toMatchObject({ id: eve.id, state: 'queued' }));
  expect((await two.client.conversations({ locrit: 'Eve' })).map((row) => row.conversation_id)).toEqual([id]);
  await two.client.actions.send(id, 'and more');
  two.transport.fates.push('lost', 'lost', 'broken', 'lost');
  two.transport.connect();
  await saved(two.client);
  expect(named('Eve')).toMatchObject([{ id: eve.id, description: 'the first' }]);
  expect(server.questions(id)).toEqual(['hello, Eve', 'and more']);
  expect(server.conversations.get(id)?.locrit_id).toBe(eve.id);
});

test('what got no answer counts as kept, and is done once', async () => {
  const { client, transport } = await browser();
  transport.fates.push('lost');
  transport.deaf = true;
  expect(await client.createLocrit({ name: 'Eve' })).toMatchObject({ name: 'Eve', state: 'queued' });
  await saved(client);
  expect(named('Eve')).toHaveLength(1);
});

test('a name that is known to be taken is refused without the server', async () => {
  const { client } = await cutOff();
  await expect(client.createLocrit({ name: 'Bob' })).rejects.toMatchObject({ code: 'conflict' });
  await client.createLocrit({ name: 'Eve' });
  await expect(client.createLocrit({ name: 'Eve' })).rejects.toMatchObject({ code: 'conflict' });
  await expect(client.editLocrit('Eve', { name: 'Bob' })).rejects.toMatchObject({ code: 'conflict' });
});

test('a refused creation is a decision; under another name it arrives with what waited for it', async () => {
  const { client, id, rejected } = await refusedCreation();
  expect(rejected).toMatchObject({ text: 'Eve', change: { act: 'create', waiting: 1 } });
  expect(await client.locrit('Eve')).toMatchObject({ local: false }); // the one that has the name
  expect(await client.locrit(rejected.change?.id ?? '')).toMatchObject({ description: 'the first', state: 'rejected' });
  await expect(client.editLocrit(rejected.change?.id ?? '', { name: 'Bob' })).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await client.rejected()).toHaveLength(1); // what waits for it still does
  expect(await client.editLocrit(rejected.change?.id ?? '', { name: 'Eva' })).toMatchObject({ state: 'saved' });
  await saved(client);
  expect(named('Eva')).toMatchObject([{ id: rejected.change?.id, description: 'the first' }]);
  expect(server.questions(id)).toEqual(['hello, Eve']);
  expect(server.conversations.get(id)).toMatchObject({ locrit_name: 'Eva' });
});

test('discarding a creation leaves what was said as a decision', async () => {
  const { client, id, rejected } = await refusedCreation();
  await client.actions.send(id, 'and more');
  await client.resolve(rejected.opId, 'discard');
  expect(await client.rejected()).toMatchObject([{ text: 'hello, Eve', problem: { code: 'locrit_not_made' } }]);
  expect((await client.messages(id)).map(({ content }) => content)).toEqual(['hello, Eve', 'and more']);
  const [said] = await client.rejected();
  await client.resolve(said?.opId ?? '', 'retry');
  await saved(client);
  expect(server.conversations.get(id)?.locrit_id).toBe(named('Eve')[0]?.id); // the one that has the name now
  expect(server.questions(id)).toEqual(['hello, Eve', 'and more']);
});

test('what is edited before the server knows of it becomes that', async () => {
  const { client, transport } = await cutOff();
  const eve = await client.createLocrit({ name: 'Eve' });
  const id = await begun(client, 'Eve', 'hello');
  await client.editLocrit(eve.id, { name: 'Eva', description: 'better', rev: eve.rev });
  expect(await client.locrit('Eva')).toMatchObject({ description: 'better', local: true });
  expect(await client.conversation(id)).toMatchObject({ locrit_name: 'Eva' });
  transport.connect();
  await saved(client);
  expect(named('Eva')).toMatchObject([{ id: eve.id, description: 'better' }]);
  expect(server.conversations.get(id)?.locrit_id).toBe(eve.id);
});

test('edits of a Locrit whose creation is on its way follow in order', async () => {
  const { client, transport } = await browser();
  transport.fates.push('lost', 'offline');
  transport.deaf = true;
  const eve = await client.createLocrit({ name: 'Eve' });
  transport.disconnect();
  const edited = await client.editLocrit(eve.id, { description: 'one', rev: eve.rev });
  await client.editLocrit(eve.id, { description: 'two', model: 'm', rev: edited.rev });
  await begun(client, 'Eve', 'hello');
  transport.deaf = false;
  transport.connect();
  await saved(client);
  expect(await client.rejected()).toEqual([]);
  expect(named('Eve')).toMatchObject([{ id: eve.id, description: 'two', model: 'm' }]);
});

test('a Locrit that was renamed without the server is found, and reached, under both names', async () => {
  const one = await browser();
  const before = await talking(one, 'hello');
  one.transport.disconnect();
  await one.client.editLocrit('Bob', { name: 'Robert' });
  await one.client.actions.send(before, 'as Bob was');
  const after = await begun(one.client, 'Robert', 'as Robert');
  const two = await reloaded(one);
  await eventually(async () =>
    expect(await two.client.locrit('Bob')).toMatchObject({ name: 'Robert', state: 'queued' }),
  );
  const rows = await two.client.conversations({ locrit: 'Robert' });
  expect(rows.map((row) => row.conversation_id)).toEqual([after, before]);
  expect(await two.client.conversations({ locrit: 'Bob' })).toEqual([]);
  expect(await two.client.conversation(before)).toMatchObject({ locrit_name: 'Robert' });
  server.addLocrit('Robert'); // and so the rename is refused
  two.transport.connect();
  await eventually(async () => expect(await two.client.rejected()).toHaveLength(1));
  await eventually(() => expect(server.questions(after)).toEqual(['as Robert']));
  expect(server.questions(before)).toEqual(['hello', 'as Bob was']);
  expect(server.conversations.get(after)?.locrit_id).toBe(server.conversations.get(before)?.locrit_id);
  expect(await two.client.conversations({ locrit: 'Bob' })).toHaveLength(2);
  expect(await two.client.rejected()).toMatchObject([
    { text: 'Bob', change: { act: 'edit', changes: { name: 'Robert' }, base: { name: 'Bob' } } },
  ]);
});

test('an edit over what was changed elsewhere is a decision, and shows what is there', async () => {
  const { client, transport } = await cutOff();
  const bob = await client.locrit('Bob');
  await client.editLocrit('Bob', { description: 'mine', rev: bob?.rev });
  await eventually(async () =>
    expect(await client.locrit('Bob')).toMatchObject({ description: 'mine', state: 'queued' }),
  );
  const body = { description: 'theirs', op_id: 'elsewhere' };
  server.handle('patch', '/api/v2/locrits/{name}', { path: { name: 'Bob' }, query: {}, body });
  transport.connect();
  await eventually(async () => expect(await client.rejected()).toHaveLength(1));
  await eventually(async () =>
    expect(await client.locrit('Bob')).toMatchObject({ description: 'theirs', state: 'rejected' }),
  );
});

test('a new Locrit that is deleted again goes to the trash with what was said to it', async () => {
  const { client, transport } = await cutOff();
  const eve = await client.createLocrit({ name: 'Eve' });
  const id = await begun(client, 'Eve', 'hello');
  await client.deleteLocrit(eve.id);
  expect(await client.locrit('Eve')).toBeUndefined();
  expect(await client.conversations({})).toEqual([]);
  transport.connect();
  await saved(client);
  expect(server.questions(id)).toEqual(['hello']);
  expect(server.inTrash.map((locrit) => locrit.id)).toEqual([eve.id]);
});

test('to delete a Locrit whose creation was refused is to discard that', async () => {
  const { client, id, rejected } = await refusedCreation();
  expect(await client.deleteLocrit(rejected.change?.id ?? '')).toBe(true);
  expect(await client.rejected()).toMatchObject([{ text: 'hello, Eve', conversationId: id }]);
  expect(named('Eve')).toHaveLength(1); // the other one is still there
});

test('a Locrit goes to the trash after what was said to it, and out of sight at once', async () => {
  const one = await browser();
  const id = await talking(one, 'hello');
  one.transport.disconnect();
  await one.client.actions.send(id, 'last words');
  expect(await one.client.deleteLocrit('Bob')).toBe(false);
  const two = await reloaded(one);
  expect(await two.client.locrits()).toEqual([]);
  expect(await two.client.conversations({})).toEqual([]);
  expect(await two.client.conversation(id)).toBeUndefined();
  two.transport.connect();
  await saved(two.client);
  expect(server.questions(id)).toEqual(['hello', 'last words']);
  expect(server.inTrash.map(({ name }) => name)).toEqual(['Bob']);
});
