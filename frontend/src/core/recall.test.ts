import { expect, test } from 'vitest';
import { backupOf, rollBackTo } from '../../tests/fakes/backup';
import { browser, openedOffline, saved, server, talking } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';
import { aLocrit } from '../../tests/fakes/rows';
import type { Message, Recalled, RecallWish } from './types';

type Browser = Awaited<ReturnType<typeof browser>>;

/** A message that was recalled, in two browsers. */
async function recalled() {
  const [one, two] = [await browser(), await browser()];
  const id = await talking(one, 'my cat eats tuna');
  const [said] = server.inOrder(id) as [Message];
  const want = ({ client }: Browser, wish: RecallWish) =>
    client.recall.mark(said as unknown as Recalled, aLocrit({}), wish);
  const expectWish = ({ client }: Browser, wish: RecallWish) =>
    eventually(async () => expect(await client.recall.markOf(said.message_id)).toBe(wish));
  return { one, two, said, want, expectWish };
}

test('what a person wants of it is seen at once, elsewhere when the server has it, and can be taken back', async () => {
  const { one, two, want, expectWish } = await recalled();
  await expectWish(two, 'none');
  await want(one, 'pinned');
  await expectWish(one, 'pinned');
  await expectWish(two, 'pinned');
  await want(two, 'none');
  for (const each of [one, two]) await expectWish(each, 'none');
});

test('offline it is kept, through a reload, and sent in its order when the server is back', async () => {
  const { one, two, want, expectWish } = await recalled();
  one.transport.disconnect();
  for (const wish of ['pinned', 'none', 'never'] as const) await want(one, wish);
  one.client.stop();
  const again = await openedOffline(one.db);
  await expectWish(again, 'never');
  again.transport.connect();
  for (const each of [again, two]) await expectWish(each, 'never');
  await saved(again.client);
  expect(await again.client.rejected()).toEqual([]);
});

test('of what is gone meanwhile nothing is wanted any more', async () => {
  const { one, said, want } = await recalled();
  one.transport.disconnect();
  await want(one, 'never');
  server.messages.delete(said.message_id);
  one.transport.connect();
  await eventually(async () => expect(await one.db.outbox.count()).toBe(0));
});

test('a server that was rolled back gets it again', async () => {
  const { one, said, want } = await recalled();
  const backup = backupOf(server);
  await want(one, 'never');
  await saved(one.client);
  one.transport.disconnect();
  rollBackTo(server, backup);
  expect(server.marks.size).toBe(0);
  one.transport.connect();
  await eventually(() => expect(server.marks.get(said.message_id)).toMatchObject({ mark: 'never' }));
});
