import { expect, test } from 'vitest';
import { browser, openedOffline, saved, server, talking } from '../../tests/fakes/browser';
import { callTool, saveTool } from '../../tests/fakes/called';
import { eventually } from '../../tests/fakes/eventually';
import type { Message, ToolAnswer, ToolRow } from './types';

/** A conversation whose last reply waits for a person, seen in two browsers. */
async function asked() {
  const [one, two] = [await browser(), await browser()];
  const id = await talking(one, 'remember that');
  for (const { client } of [one, two]) client.open(id);
  callTool(server, server.inOrder(id).at(-1) as Message, 't');
  for (const { client } of [one, two]) await eventually(async () => expect(await client.tools.one('t')).toBeDefined());
  return { one, two };
}

type Browser = Awaited<ReturnType<typeof browser>>;

async function answers({ client }: Browser, answer: ToolAnswer): Promise<void> {
  await client.tools.answer((await client.tools.one('t')) as ToolRow, answer);
}

function expectSeen({ client }: Browser, seen: object): Promise<void> {
  return eventually(async () => expect(await client.tools.one('t')).toMatchObject(seen));
}

test('an answer that is given offline is kept, through a reload, and sent when the server is back', async () => {
  const { one, two } = await asked();
  one.transport.disconnect();
  await answers(one, 'once');
  await expectSeen(one, { answer: null, answering: { answer: 'once', state: 'queued' } });
  one.client.stop();
  const again = await openedOffline(one.db);
  await expectSeen(again, { answering: { answer: 'once' } });
  again.transport.connect();
  for (const each of [again, two]) await expectSeen(each, { answer: 'once' });
  expect(await again.client.tools.one('t')).not.toHaveProperty('answering');
});

test('the same answer from another browser is no conflict', async () => {
  const { one, two } = await asked();
  one.transport.disconnect();
  await answers(one, 'once');
  await answers(two, 'once');
  await expectSeen(two, { answer: 'once' });
  one.transport.connect();
  await expectSeen(one, { answer: 'once' });
  await saved(one.client);
  expect(await one.client.rejected()).toEqual([]);
});

test('a later answer that says otherwise is told, until the person has seen that', async () => {
  const { one, two } = await asked();
  one.transport.disconnect();
  await answers(one, 'once');
  await answers(two, 'refuse');
  await expectSeen(two, { answer: 'refuse', status: 'refused' });
  one.transport.connect();
  const told = { state: 'rejected', problem: { code: 'conflict' } };
  await expectSeen(one, { answer: 'refuse', status: 'refused', answering: told });
  await one.client.resolve((await one.client.tools.one('t'))?.answering?.opId ?? '', 'discard');
  expect(await one.client.tools.one('t')).not.toHaveProperty('answering');
});

test('what was forgotten meanwhile needs no answer', async () => {
  const { one } = await asked();
  one.transport.disconnect();
  await answers(one, 'once');
  server.tools.delete('t');
  one.transport.connect();
  await eventually(async () => expect(await one.db.outbox.count()).toBe(0));
});

test('an answer does not wait for what is to be said after the reply that asks', async () => {
  const { one } = await asked();
  const asking = (await one.client.tools.one('t')) as ToolRow;
  server.writesSlowly = true;
  await one.client.actions.send(asking.conversation_id, 'and then');
  const last = async () => (await one.client.messages(asking.conversation_id)).at(-1);
  await eventually(async () => expect(await last()).toMatchObject({ role: 'assistant', state: 'streaming' }));
  await one.client.actions.send(asking.conversation_id, 'and after that');
  saveTool(server, 'tool_result.updated', { ...asking, rev: 2 });
  await answers(one, 'once');
  await expectSeen(one, { answer: 'once' });
  expect(server.questions(asking.conversation_id)).not.toContain('and after that');
});
