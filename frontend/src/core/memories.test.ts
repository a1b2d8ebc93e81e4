import { expect, test } from 'vitest';
import { backupOf, rollBackTo } from '../../tests/fakes/backup';
import { browser, openedOffline, saved, server } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';
import type { MemoryRow } from './types';

type Browser = Awaited<ReturnType<typeof browser>>;

/** Two browsers, and what each shows of what Bob remembers. */
async function remembering() {
  const [one, two] = [await browser(), await browser()];
  await eventually(async () => expect(await one.client.locrit('Bob')).toBeDefined());
  const locrit = (await one.client.locrit('Bob'))?.id ?? '';
  const rows = ({ client }: Pick<Browser, 'client'>) => client.memories.of(locrit);
  const expectShown = (where: Pick<Browser, 'client'>, ...contents: string[]) =>
    eventually(async () => expect((await rows(where)).map((row) => row.content).sort()).toEqual(contents.sort()));
  const only = async (where: Pick<Browser, 'client'>) => (await rows(where))[0] as MemoryRow;
  return { one, two, locrit, rows, only, expectShown };
}

test('what is noted, changed, thrown away and brought back is seen at once, and elsewhere', async () => {
  const { one, two, locrit, only, expectShown } = await remembering();
  await one.client.memories.add(locrit, { content: 'Likes tea' });
  await expectShown(one, 'Likes tea');
  await expectShown(two, 'Likes tea');
  const noted = await only(two);
  await two.client.memories.edit(noted, { content: 'Likes green tea', pinned: true });
  for (const each of [two, one]) await expectShown(each, 'Likes green tea');
  const changed = await only(one);
  await one.client.memories.delete(changed);
  for (const each of [one, two]) await expectShown(each);
  await one.client.memories.restore(changed);
  for (const each of [one, two]) await expectShown(each, 'Likes green tea');
});

test('offline it is kept, through a reload, and sent once in its order when the server is back', async () => {
  const { one, two, locrit, only, expectShown } = await remembering();
  one.transport.disconnect();
  await one.client.memories.add(locrit, { content: 'Likes tea' });
  await expectShown(one, 'Likes tea');
  await one.client.memories.edit(await only(one), { content: 'Likes coffee' });
  one.client.stop();
  const again = await openedOffline(one.db);
  await expectShown(again, 'Likes coffee');
  again.transport.connect();
  for (const each of [again, two]) await expectShown(each, 'Likes coffee');
  expect([...server.memories.values()].filter(({ locrit_id }) => locrit_id === locrit)).toHaveLength(1);
});

test('an edit of what was changed elsewhere meanwhile is refused, and made after all by who insists', async () => {
  const { one, two, locrit, only, expectShown } = await remembering();
  await one.client.memories.add(locrit, { content: 'Likes tea' });
  await expectShown(two, 'Likes tea');
  await saved(one.client);
  one.transport.disconnect();
  await one.client.memories.edit(await only(one), { content: 'mine' });
  await two.client.memories.edit(await only(two), { content: 'theirs' });
  await saved(two.client);
  one.transport.connect();
  await eventually(async () => expect((await only(one)).state).toBe('rejected'));
  await expectShown(two, 'theirs');
  await one.client.memories.insist((await only(one)).opId ?? '');
  for (const each of [one, two]) await expectShown(each, 'mine');
});

test('a server that was rolled back is given them again', async () => {
  const { one, locrit, only, expectShown } = await remembering();
  await one.client.memories.add(locrit, { content: 'Likes tea' });
  await saved(one.client);
  const backup = backupOf(server);
  await one.client.memories.edit(await only(one), { content: 'Likes coffee' });
  await one.client.memories.add(locrit, { content: 'Owns a boat' });
  await saved(one.client);
  await expectShown(one, 'Likes coffee', 'Owns a boat');
  one.transport.disconnect();
  rollBackTo(server, backup);
  one.transport.connect();
  await eventually(() =>
    expect([...server.memories.values()].map((row) => row.content).sort()).toEqual(['Likes coffee', 'Owns a boat']),
  );
  await expectShown(one, 'Likes coffee', 'Owns a boat');
});
