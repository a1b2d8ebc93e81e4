import { expect, test } from 'vitest';
import { backupOf } from '../../tests/fakes/backup';
import { begun, browser, saved, server, talking } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';

test('a rename is shown in every tab, and told once for all conversations', async () => {
  const [one, two] = [await browser(), await browser()];
  const id = await talking(one, 'hello');
  await eventually(async () => expect(await two.client.conversation(id)).toBeDefined());
  const before = backupOf(server).events.get('user:local') as unknown[];
  await one.client.editLocrit('Bob', { name: 'Robert' });
  for (const { client } of [one, two]) {
    await eventually(async () => expect((await client.conversation(id))?.locrit_name).toBe('Robert'));
    expect((await client.conversations({ locrit: 'Robert' })).map((row) => row.conversation_id)).toEqual([id]);
    expect(await client.conversations({ locrit: 'Bob' })).toEqual([]);
    expect((await client.locrit('Bob'))?.name).toBe('Robert'); // an old address leads there
  }
  expect(server.events.get('user:local')).toHaveLength(before.length + 1);
});

test('what was written under the old name reaches the Locrit, and is shown with it meanwhile', async () => {
  const [one, two] = [await browser(), await browser()];
  one.transport.disconnect();
  const id = await begun(one.client, 'Bob', 'written while it was away');
  await two.client.editLocrit('Bob', { name: 'Robert' });
  one.transport.connect();
  await saved(one.client);
  await eventually(() => expect(server.questions(id)).toEqual(['written while it was away']));
  await eventually(async () => expect((await one.client.conversation(id))?.locrit_name).toBe('Robert'));
});

test('a page that missed the rename learns it from the list', async () => {
  const [one, two] = [await browser(), await browser()];
  const id = await talking(one, 'hello');
  await eventually(async () => expect(await one.client.conversation(id)).toMatchObject({ locrit_name: 'Bob' }));
  one.transport.deaf = true;
  await two.client.editLocrit('Bob', { name: 'Robert' });
  await one.client.refreshLocrits();
  expect(await one.client.conversation(id)).toMatchObject({ locrit_name: 'Robert' });
});
