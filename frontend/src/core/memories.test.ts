import { describe, expect, test } from 'vitest';
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

test('with a Locrit that the server knows no more goes what it remembered', async () => {
  const { one } = await remembering();
  await one.client.createLocrit({ name: 'Eve' });
  await saved(one.client);
  const { id: eve = '' } = (await one.client.locrit('Eve')) ?? {};
  await one.client.memories.add(eve, { content: 'Likes tea' });
  await eventually(async () => expect(await one.db.memories.count()).toBe(1));
  server.locrits.delete('Eve');
  await one.client.refreshLocrits();
  expect(await one.db.memories.count()).toBe(0);
});

describe('to a server that was rolled back', () => {
  /** Two browsers, and a server that is taken back to when it had `tea` and `boat`. */
  async function rolledBack() {
    const story = await remembering();
    const { one, two, locrit, rows, expectShown } = story;
    for (const content of ['tea', 'boat']) await one.client.memories.add(locrit, { content });
    await saved(one.client);
    await expectShown(two, 'tea', 'boat');
    const backup = backupOf(server);
    const named = async (content: string) => (await rows(one)).find((row) => row.content === content) as MemoryRow;
    const rollBack = () => {
      for (const { transport } of [one, two]) transport.disconnect();
      rollBackTo(server, backup);
    };
    const there = (content: string) => [...server.memories.values()].find((row) => row.content === content);
    return { ...story, named, rollBack, there };
  }

  test('one that was forgotten stays forgotten, and its words come back nowhere', async () => {
    const { one, two, locrit, named, rollBack, there, expectShown } = await rolledBack();
    two.transport.disconnect();
    await two.client.memories.edit(await named('tea'), { content: 'tea, edited' });
    await one.client.memories.forget(await named('tea'));
    await expectShown(one, 'boat');
    await one.client.memories.load(locrit); // which does not name it
    rollBack();
    one.transport.connect();
    await eventually(() => expect(there('tea')).toBeUndefined());
    expect(there('')).toMatchObject({ forgotten_at: expect.any(String) });
    two.transport.connect();
    await expectShown(two, 'boat');
    for (const { db } of [one, two])
      await eventually(async () => {
        expect(JSON.stringify([await db.memories.toArray(), await db.outbox.toArray()])).not.toContain('tea');
      });
  });

  test('one that another browser forgot is forgotten by each that heard of it', async () => {
    const { one, two, named, rollBack, there, expectShown } = await rolledBack();
    await one.client.memories.forget(await named('tea'));
    await expectShown(two, 'boat');
    rollBack();
    two.transport.connect();
    await eventually(() => expect(there('tea')).toBeUndefined());
    await expectShown(two, 'boat');
  });

  test('one that was thrown away is in the trash, also when the list was loaded since', async () => {
    const { one, locrit, named, rollBack, there, expectShown } = await rolledBack();
    await one.client.memories.delete(await named('tea'));
    await saved(one.client);
    await one.client.memories.load(locrit);
    rollBack();
    one.transport.connect();
    await eventually(() => expect(there('tea')?.deleted_at).toEqual(expect.any(String)));
    await expectShown(one, 'boat');
  });
});
