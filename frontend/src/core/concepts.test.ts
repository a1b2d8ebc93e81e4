import { expect, test } from 'vitest';
import { backupOf, rollBackTo } from '../../tests/fakes/backup';
import { browser, openedOffline, saved, server } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';
import type { ConceptRow } from './types';

type Browser = Pick<Awaited<ReturnType<typeof browser>>, 'client'>;

/** Two browsers that have listed what Bob is talked with about. */
async function counting() {
  server.concepts.say('Ada', 3);
  server.concepts.say('Porto', 2);
  server.concepts.say('Lisbon', 1);
  const [one, two] = [await browser(), await browser()];
  await eventually(async () => expect(await one.client.locrit('Bob')).toBeDefined());
  const locrit = (await one.client.locrit('Bob'))?.id ?? '';
  const list = ({ client }: Browser) => client.concepts.of(locrit);
  const row = async (where: Browser, id: string) =>
    (await list(where))?.concepts.find((each) => each.id === id) as ConceptRow;
  const expectShown = (where: Browser, ...expected: string[]) =>
    eventually(async () =>
      expect((await list(where))?.concepts.map(({ name, mentions }) => `${name} ${mentions}`)).toEqual(expected),
    );
  for (const { client } of [one, two]) await client.concepts.load(locrit);
  return { one, two, locrit, list, row, expectShown };
}

test('what is renamed, merged, thrown away and brought back is seen at once, and elsewhere', async () => {
  const { one, two, row, expectShown } = await counting();
  await expectShown(one, 'Ada 3', 'Porto 2', 'Lisbon 1');
  await one.client.concepts.edit(await row(one, 'Ada'), { name: 'Ada Lovelace' }, 0);
  for (const each of [one, two]) await expectShown(each, 'Ada Lovelace 3', 'Porto 2', 'Lisbon 1');
  const porto = await row(one, 'Porto');
  const lisbon = await row(one, 'Lisbon');
  await one.client.concepts.merge(lisbon, porto);
  for (const each of [one, two]) await expectShown(each, 'Ada Lovelace 3', 'Porto 3');
  await one.client.concepts.restore(lisbon);
  for (const each of [one, two]) await expectShown(each, 'Ada Lovelace 3', 'Porto 2', 'Lisbon 1');
  await two.client.concepts.delete(porto);
  for (const each of [two, one]) await expectShown(each, 'Ada Lovelace 3', 'Lisbon 1');
});

test('a list that comes anew says the same, and is outdated no more', async () => {
  const { one, locrit, list, row, expectShown } = await counting();
  await one.client.concepts.merge(await row(one, 'Lisbon'), await row(one, 'Porto'));
  await saved(one.client);
  await eventually(async () => expect((await list(one))?.isOutdated).toBe(true));
  await one.client.concepts.load(locrit);
  await expectShown(one, 'Ada 3', 'Porto 3');
  expect(await list(one)).toMatchObject({ isOutdated: false, total: 2 });
});

test('offline it is kept, through a reload, and sent when the server is back', async () => {
  const { one, two, row, expectShown } = await counting();
  one.transport.disconnect();
  await one.client.concepts.edit(await row(one, 'Ada'), { name: 'Ada Lovelace' }, 0);
  await one.client.concepts.delete(await row(one, 'Lisbon'));
  one.client.stop();
  const again = await openedOffline(one.db);
  await expectShown(again, 'Ada Lovelace 3', 'Porto 2');
  again.transport.connect();
  for (const each of [again, two]) await expectShown(each, 'Ada Lovelace 3', 'Porto 2');
});

test('an edit of what was changed elsewhere meanwhile is refused, and made after all by who insists', async () => {
  const { one, two, row, expectShown } = await counting();
  one.transport.disconnect();
  await one.client.concepts.edit(await row(one, 'Ada'), { name: 'mine' }, 0);
  await two.client.concepts.edit(await row(two, 'Ada'), { name: 'theirs' }, 0);
  await saved(two.client);
  one.transport.connect();
  await eventually(async () => expect((await row(one, 'Ada')).state).toBe('rejected'));
  await expectShown(one, 'theirs 3', 'Porto 2', 'Lisbon 1');
  await one.client.concepts.insist((await row(one, 'Ada')).opId ?? '');
  for (const each of [one, two]) await expectShown(each, 'mine 3', 'Porto 2', 'Lisbon 1');
});

test('a server that was rolled back is given what was decided, also before the list was loaded here', async () => {
  const { one, two, locrit, row, expectShown } = await counting();
  const backup = backupOf(server);
  await one.client.concepts.edit(await row(one, 'Ada'), { name: 'Ada Lovelace' }, 0);
  await one.client.concepts.merge(await row(one, 'Lisbon'), await row(one, 'Porto'));
  await saved(one.client);
  const late = await browser(); // which is told of nothing that was before
  await eventually(async () => expect(await late.client.locrit('Bob')).toBeDefined());
  for (const { client } of [two, late]) await client.concepts.load(locrit);
  await expectShown(late, 'Ada Lovelace 3', 'Porto 3');
  for (const { transport } of [one, two, late]) transport.disconnect();
  rollBackTo(server, backup);
  for (const { transport } of [late, two]) {
    rollBackTo(server, backup);
    transport.connect();
    await eventually(() => expect(server.concepts.decided.get('Ada')?.name).toBe('Ada Lovelace'));
    await eventually(() => expect(server.concepts.decided.get('Lisbon')?.merged_into).toBe('Porto'));
    transport.disconnect();
  }
  one.transport.connect();
  await one.client.concepts.edit(await row(one, 'Ada'), { name: 'Countess' });
  await eventually(() => expect(server.concepts.decided.get('Ada')?.name).toBe('Countess'));
  two.transport.connect();
  for (const each of [one, two]) await expectShown(each, 'Countess 3', 'Porto 3');
});
