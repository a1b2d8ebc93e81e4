import { expect, test } from 'vitest';
import { backupOf, rollBackTo } from '../../tests/fakes/backup';
import { begun, browser, saved, server, talking } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';
import type { FakeTransport } from '../../tests/fakes/transport';

type Browser = Awaited<ReturnType<typeof browser>>;

/** The answers to such exchanges are on their way until `arrive`; `asked` is how many. */
function delayed(transport: FakeTransport, isMeant: (name: string) => boolean) {
  let arrive = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const delayed = { asked: 0, arrive };
  transport.delays = (name) => {
    if (!isMeant(name)) return undefined;
    delayed.asked += 1;
    return arrival;
  };
  return delayed;
}

const texts = async ({ client }: Browser, id: string) =>
  (await client.messages(id)).flatMap((row) => (row.role === 'user' ? row.content : []));

test('a conversation that comes into being while the server answers that it has none is asked for again', async () => {
  const one = await browser();
  await eventually(async () => expect(await one.db.cursors.get('user:local')).toBeDefined());
  const id = one.client.newConversationId();
  const answers = delayed(one.transport, (name) => name.startsWith('get /api/v2/conversations/{conversation_id}'));
  one.client.open(id);
  await eventually(() => expect(answers.asked).not.toBe(0));
  const two = await browser();
  await two.client.actions.begin(id, 'Bob', 'hello');
  await saved(two.client);
  await eventually(async () => expect(await one.client.conversation(id)).toBeDefined());
  answers.arrive();
  await eventually(async () => expect(await texts(one, id)).toEqual(['hello']));
});

test('what is open is shown again after it was uploaded again as part of the whole', async () => {
  const one = await browser();
  const id = await talking(one, 'before the backup');
  const backup = backupOf(server);
  one.client.open(id);
  await one.client.actions.editConversation(id, { title: 'A new name' });
  await one.client.actions.send(id, 'after the backup');
  await saved(one.client);
  const scope = `conversation:${id}`; // what is kept says itself that its history is another one, once it has all events
  await eventually(async () => expect(await one.db.cursors.get(scope)).toMatchObject({ seq: server.headOf(scope) }));
  one.transport.disconnect();
  rollBackTo(server, backup);
  const lists = delayed(one.transport, (name) => name === 'get /api/v2/locrits'); // the open one is sooner level
  one.transport.connect();
  await eventually(() => expect(server.questions(id)).toEqual(['before the backup', 'after the backup']));
  await eventually(async () => expect(await texts(one, id)).toHaveLength(2));
  lists.arrive();
  const fingerprint = expect.stringContaining('uploaded again');
  await eventually(async () => expect(await one.db.cursors.get('user:local')).toMatchObject({ fingerprint }));
  await eventually(async () => expect(await texts(one, id)).toEqual(['before the backup', 'after the backup']));
});

test('an upload after a rollback that failed half way is done whole, also when the new history is the longer one by then', async () => {
  const one = await browser();
  const backup = backupOf(server);
  const ids = [await begun(one.client, 'Bob', 'first'), await begun(one.client, 'Bob', 'second')];
  await saved(one.client);
  await eventually(async () => expect(await one.db.messages.count()).toBe(4));
  one.transport.disconnect();
  rollBackTo(server, backup);
  one.transport.fates = ['works', 'works', 'works', 'works', 'broken']; // each but the last with its Locrit
  one.transport.connect();
  await eventually(() => expect(server.conversations.size).toBe(1));
  for (let n = 0; n < 20; n += 1) server.addLocrit(`Another ${n}`);
  await eventually(() => expect(ids.map((id) => server.questions(id))).toEqual([['first'], ['second']]));
});
