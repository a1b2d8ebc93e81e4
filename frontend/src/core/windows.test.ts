import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { browser, openedOffline, server, talking } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';
import type { Client } from './client';
import { OPEN, type Range, rangeAt, withRange } from './ranges';
import type { Message } from './types';
import { PAGE, rangesOf } from './windows';

const RUNS = Number(process.env.RUNS ?? 12);
const SEED = Number(process.env.SEED ?? 1);
const LENGTH = 400;

type Browser = Awaited<ReturnType<typeof browser>>;

/** A conversation of so many messages; each is a moment later than the one before it. */
async function long(one: Browser, length = LENGTH): Promise<string> {
  const id = await talking(one);
  for (let n = 1; n <= length; n += 1) {
    const created_at = new Date(Date.UTC(2027, 0, 1, 0, n)).toISOString();
    server.addMessage(id, { message_id: `m${n}`, created_at }, { message: `number ${n}` });
  }
  return id;
}

async function opened(id: string): Promise<Browser> {
  const two = await browser();
  two.client.open(id);
  await eventually(async () => expect(await two.client.messages(id)).toHaveLength(PAGE));
  return two;
}

const seqs = async (client: Client, id: string) => (await client.messages(id)).map(({ seq }) => seq);
const between = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const asked = ({ transport }: Browser) => transport.log.filter((line) => line.includes('/messages')).length;

test('a range that touches others joins them', () => {
  const ranges = fc.array(fc.tuple(fc.nat(60), fc.nat(9)).map(([from, more]): Range => ({ from, to: from + more })));
  fc.assert(
    fc.property(ranges, (added) => {
      const joined = added.reduce(withRange, [] as Range[]);
      const inside = (seq: number) => added.some(({ from, to }) => from <= seq && seq <= to);
      for (let seq = 0; seq < 80; seq += 1) expect(rangeAt(joined, seq) !== undefined).toBe(inside(seq));
      joined.slice(1).forEach(({ from }, n) => void expect(from).toBeGreaterThan((joined[n]?.to ?? 0) + 1));
    }),
    { seed: SEED },
  );
});

describe('far above the end', () => {
  test('a message is shown with what is around it after one request, and the pages on both sides follow', async () => {
    const id = await long(await browser());
    const two = await opened(id);
    const before = asked(two);
    await two.client.show(id, 'm200');
    expect(asked(two)).toBe(before + 1);
    expect(await seqs(two.client, id)).toEqual(between(175, 224));
    expect(await two.client.shown(id)).toMatchObject({ atStart: false, atEnd: false });
    expect(await two.client.loadOlder(id)).toBe(true);
    expect(await two.client.loadNewer(id)).toBe(true);
    expect(await seqs(two.client, id)).toEqual(between(125, 274));
    while (await two.client.loadNewer(id));
    while (await two.client.loadOlder(id));
    expect(await seqs(two.client, id)).toEqual(between(1, LENGTH));
    expect(await two.client.shown(id)).toMatchObject({ atStart: true, atEnd: true });
    expect((await two.db.cursors.get(`conversation:${id}`))?.ranges).toEqual([{ from: 0, to: OPEN }]);
  });

  test('what was loaded once is there without a server, on both sides as far as it was', async () => {
    const id = await long(await browser());
    const two = await opened(id);
    await two.client.show(id, 'm100');
    await two.client.loadNewer(id);
    two.client.stop();
    const again = await openedOffline(two.db);
    expect(await seqs(again.client, id)).toEqual(between(LENGTH - PAGE + 1, LENGTH));
    await again.client.show(id, 'm120');
    expect(await seqs(again.client, id)).toEqual(between(95, 144));
    await again.client.loadNewer(id);
    await again.client.loadOlder(id);
    expect(await seqs(again.client, id)).toEqual(between(75, 174));
    await expect(again.client.loadNewer(id)).rejects.toMatchObject({ code: 'unreachable' });
    await expect(again.client.show(id, 'm300')).rejects.toMatchObject({ code: 'unreachable' });
    expect(await seqs(again.client, id)).toEqual(between(75, 174));
  });

  test('the newest is one step away, and is where one is after having said something', async () => {
    const id = await long(await browser());
    const two = await opened(id);
    await two.client.show(id, 'm10');
    expect(await two.client.shown(id)).toMatchObject({ atStart: true, atEnd: false });
    await two.client.showNewest(id);
    expect(await seqs(two.client, id)).toEqual(between(LENGTH - PAGE + 1, LENGTH));
    await two.client.show(id, 'm10');
    await two.client.actions.send(id, 'hello');
    expect((await two.client.messages(id)).map(({ content }) => content)).toContain('hello');
    expect(await two.client.shown(id)).toMatchObject({ atEnd: true });
  });

  test('who goes to the newest stays there, whatever was on its way before', async () => {
    const id = await long(await browser());
    const two = await opened(id);
    const ways = [() => two.client.loadOlder(id), () => two.client.loadNewer(id), () => two.client.show(id, 'm200')];
    for (const way of ways)
      for (let moments = 0; moments < 12; moments += 1) {
        await two.client.show(id, 'm10');
        const onItsWay = way();
        for (let moment = 0; moment < moments; moment += 1) await new Promise(setImmediate);
        await two.client.showNewest(id);
        await onItsWay;
        expect((await seqs(two.client, id)).at(-1), `${way} after ${moments}`).toBe(LENGTH);
      }
  });

  test('what is asked there again is answered there', async () => {
    const id = await long(await browser());
    const two = await opened(id);
    await two.client.show(id, 'm200');
    server.addMessage(id, { message_id: 'again', parent_id: 'm200', role: 'assistant' }, { message: 'once more' });
    server.addMessage(id, { message_id: 'on', parent_id: 'again' }, { message: 'and on' });
    await eventually(async () => expect(await seqs(two.client, id)).toEqual([...between(175, 224), 401, 402]));
    server.addMessage(id, { message_id: 'below', parent_id: 'm400' }, { message: 'elsewhere' });
    await eventually(async () => expect(await seqs(two.client, id)).toEqual(between(175, 224)));
  });

  test('what is not in this conversation, or was thrown away, is not found', async () => {
    const id = await long(await browser());
    const two = await opened(id);
    await expect(two.client.show(id, 'nowhere')).rejects.toMatchObject({ code: 'not_found' });
    await two.client.actions.deleteMessage('m390');
    await eventually(() => expect(two.client.show(id, 'm390')).rejects.toMatchObject({ code: 'not_found' }));
    expect((await seqs(two.client, id)).at(-1)).toBe(LENGTH);
  });

  test('a day is found on the server, and without it among what is cached', async () => {
    const id = await long(await browser());
    const two = await opened(id);
    const at = (minute: number) => new Date(Date.UTC(2027, 0, 1, 0, minute)).toISOString();
    expect(await two.client.firstSince(id, at(120))).toBe('m120');
    expect(await two.client.firstSince(id, at(LENGTH + 1))).toBeUndefined();
    two.transport.disconnect();
    expect(await two.client.firstSince(id, at(110))).toBe('m110');
    expect(await two.client.firstSince(id, at(200))).toBe('m351'); // the page around 120 and the newest are here
  });
});

type Step =
  | { do: 'show' | 'edit' | 'delete' | 'restore' | 'forget'; seq: number }
  | { do: 'older' | 'newer' | 'newest' | 'say' | 'cut' | 'connect' | 'reload'; seq: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    do: fc.constantFrom(
      ...(['show', 'show', 'show', 'older', 'older', 'newer', 'newer', 'newest'] as const),
      ...(['edit', 'delete', 'restore', 'forget', 'say', 'cut', 'connect', 'reload'] as const),
    ),
    seq: fc.integer({ min: 1, max: LENGTH }),
  } as const),
  { minLength: 5, maxLength: 25 },
);

test(
  'whatever part is shown, it and every cached one are as the server has them',
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const id = await long(await browser());
        let tab = await opened(id);
        for (const step of script) tab = await take(step, tab, id);
        tab.transport.disconnect();
        tab.transport.connect();
        await eventually(async () => expect(await seen(tab, id)).toEqual(await truth(tab, id)));
        const messages = await tab.client.messages(id); // what is shown has the places of those that are gone, too
        const [first, last] = [messages[0]?.seq ?? 0, messages.at(-1)?.seq ?? 0];
        expect(messages.map(said)).toEqual(alive(id, { from: first, to: last }).map(said));
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  },
  90_000 + RUNS * 5_000,
);

async function take(step: Step, tab: Browser, id: string): Promise<Browser> {
  const { client, transport, db } = tab;
  const message = server.messages.get(`m${step.seq}`) as Message;
  const next = { ...message, rev: message.rev + 1 };
  if (step.do === 'show') await client.show(id, message.message_id).catch(() => {});
  else if (step.do === 'older') await client.loadOlder(id).catch(() => {});
  else if (step.do === 'newer') await client.loadNewer(id).catch(() => {});
  else if (step.do === 'newest') await client.showNewest(id);
  else if (step.do === 'say') server.addMessage(id, { message_id: crypto.randomUUID() }, { message: 'more' });
  else if (step.do === 'cut') transport.disconnect();
  else if (step.do === 'connect') transport.connect();
  else if (step.do === 'reload') {
    client.stop();
    const again = await browser(db);
    again.client.open(id);
    return again;
  } else if (message.forgotten_at) return tab;
  else if (step.do === 'edit') server.save('message.updated', { ...next, content: `${message.content}!` });
  else if (step.do === 'forget') server.forget(message.message_id);
  else if (step.do === 'delete') server.save('message.deleted', { ...next, deleted_at: message.created_at });
  else server.save('message.restored', { ...next, deleted_at: null });
  return tab;
}

const said = ({ message_id, seq, rev, content }: Message) => [message_id, seq, rev, content];

function alive(id: string, { from, to }: Range): Message[] {
  return server.inOrder(id).filter(({ seq, deleted_at }) => !deleted_at && from <= seq && seq <= to);
}

async function seen({ db }: Browser, id: string) {
  const rows = (await db.messages.toArray()).sort((a, b) => a.seq - b.seq);
  const ranges = rangesOf(await db.cursors.get(`conversation:${id}`));
  return ranges.map(({ from, to }) =>
    rows.filter(({ seq, deleted_at }) => !deleted_at && from <= seq && seq <= to).map(said),
  );
}

async function truth({ db }: Browser, id: string) {
  return rangesOf(await db.cursors.get(`conversation:${id}`)).map((range) => alive(id, range).map(said));
}
