import { describe, expect, test } from 'vitest';
import { eventually } from '../../tests/fakes/eventually';
import { FakeFailure } from '../../tests/fakes/failure';
import { clock, conversation, db, drained, empty, open, server, states } from '../../tests/fakes/tab';
import type { Fate } from '../../tests/fakes/transport';
import { kindOf } from './commands';
import { LocritDb } from './db';
import { type Leadership, LeaseLeadership } from './leader';
import type { ClassifyError } from './policy';
import { Store } from './store';

describe('messages reach the server', () => {
  test('in the order in which they were written, the new conversation first', async () => {
    const one = open();
    const id = await empty(one);
    for (const text of ['one', 'two', 'three']) await one.actions.send(id, text);
    one.outbox.start();
    await drained();
    expect(server.questions(id)).toEqual(['one', 'two', 'three']);
  });

  const fates: Fate[][] = [
    ['lost'],
    ['offline', 'lost', 'lost'],
    ['broken', 'lost', 'broken', 'offline'],
    ['lost', 'works', 'lost'],
  ];
  test.each(fates.map((script) => [script.join(', '), script]))('once, when exchanges are %s', async (_, script) => {
    const one = open();
    const id = await conversation(one);
    one.transport.fates = [...(script as Fate[])];
    for (const text of ['one', 'two', 'three']) await one.actions.send(id, text);
    await drained();
    expect(server.questions(id)).toEqual(['one', 'two', 'three']);
  });

  test('and what copies one of them comes after it, though it begins a conversation of its own', async () => {
    const one = open();
    const id = await conversation(one);
    one.transport.fates = ['broken'];
    const message = await one.actions.send(id, 'to be copied');
    const copy = await one.actions.fork(id, message);
    await drained();
    expect(await states()).toEqual([]);
    expect(server.questions(copy)).toEqual(['to be copied']);
  });

  test('by REST when the socket does not confirm them', async () => {
    const one = open();
    const id = await conversation(one);
    one.transport.connected = true;
    one.transport.fates = ['lost'];
    await one.actions.send(id, 'hello');
    await drained();
    expect(one.transport.log.slice(-2)).toEqual([
      'chat_message lost',
      'post /api/v2/conversations/{conversation_id}/turns works',
    ]);
    expect(server.questions(id)).toEqual(['hello']);
  });

  test('after a reload, when they were written without a server', async () => {
    const before = open();
    const id = await conversation(before);
    before.transport.connectivity.set('offline');
    await before.actions.send(id, 'written offline');
    await eventually(async () => expect(await states()).toEqual(['queued']));
    before.outbox.stop();

    open().outbox.start();
    await drained();
    expect(server.questions(id)).toEqual(['written offline']);
  });

  test('after a crash in the middle of sending, still once', async () => {
    const one = open();
    const id = await conversation(one);
    one.outbox.stop();
    await one.actions.send(id, 'hello');
    const entry = await one.store.queue.take((await one.store.queue.pending())[0]?.order ?? 0);
    if (entry) await kindOf(entry.command).perform(one.transport, entry.command, entry.op_id); // and then the browser is gone, before it heard the answer
    expect(await states()).toEqual(['sending']);

    open().outbox.start();
    await drained();
    expect(server.questions(id)).toEqual(['hello']);
  });

  test('however long the server is in trouble', () => outlastsTrouble(open()));
});

test('an outbox that gives up is found out by the same', async () => {
  let failures = 0;
  const givesUp: ClassifyError = () => (++failures < 20 ? 'retry' : 'drop');
  await expect(outlastsTrouble(open(undefined, givesUp))).rejects.toMatchObject({ expected: ['patience'], actual: [] });
  expect(failures).toBe(20);
});

async function outlastsTrouble(one: ReturnType<typeof open>): Promise<void> {
  const id = await conversation(one);
  one.transport.fates = Array<Fate>(60).fill('broken');
  await one.actions.send(id, 'patience');
  await eventually(() => expect(one.outbox.problem.get()?.code).toBe('store_unavailable'));
  await drained();
  expect(server.questions(id)).toEqual(['patience']);
  expect(one.outbox.problem.get()).toBeUndefined();
}

test('several hundred messages wait, and arrive in order', async () => {
  const one = open();
  const id = await empty(one);
  const texts = Array.from({ length: 200 }, (_, n) => `message ${n}`);
  for (const text of texts) await one.actions.send(id, text);
  one.outbox.start();
  for (let sent = 25; sent <= 200; sent += 25) await eventually(() => server.questions(id).length >= sent);
  expect(server.questions(id)).toEqual(texts);
});

describe('while the server does not answer', () => {
  test('nothing is tried before its time, and at once when it answers again', async () => {
    const one = open();
    const id = await conversation(one);
    one.transport.connectivity.set('offline');
    await one.actions.send(id, 'hello');
    await eventually(async () =>
      expect([one.outbox.problem.get()?.code, ...(await states())]).toEqual(['unreachable', 'queued']),
    );
    const tries = one.transport.log.length;
    one.transport.connectivity.set('online');
    await one.actions.editConversation('elsewhere', { starred: true }); // something else wakes the outbox
    await eventually(async () => expect(await states()).toEqual(['queued', 'rejected']));
    expect(one.transport.log.length).toBe(tries + 1);

    one.outbox.nudge();
    await eventually(() => expect(server.questions(id)).toEqual(['hello']));
  });
});

describe('why something is not sent', () => {
  const places = ['one conversation', 'another conversation', 'a Locrit', 'a note'];
  const pairs = places.flatMap((failing) =>
    places.filter((other) => other !== failing).map((other) => [failing, other]),
  );
  const ends = ['sent', 'discarded', 'refused'];

  test.each(pairs.flatMap((pair) => ends.map((end) => [...pair, end])))(
    'in %s is said whatever is sent in %s, until it is %s',
    async (failing, other, end) => {
      const one = open();
      const [first, second] = [await conversation(one), await conversation(one)];
      const { id: locrit_id = '' } = server.locrits.values().next().value ?? {};
      const act = (place?: string) => {
        if (place === 'one conversation')
          return one.store.queue.add({ type: 'conversation.edit', conversation_id: first, changes: { title: 'New' } });
        if (place === 'another conversation')
          return one.store.queue.add({ type: 'conversation.edit', conversation_id: second, changes: { title: 'New' } });
        if (place === 'a Locrit')
          return one.store.queue.add({ type: 'locrit.edit', locrit_id, changes: { description: 'New' }, base: {} });
        return one.store.queue.add({ type: 'memory.save', locrit_id, memory_id: 'note', fields: { content: 'New' } });
      };
      one.transport.fates = ['broken'];
      const opId = await act(failing);
      await eventually(() => expect(one.outbox.problem.get()?.code).toBe('store_unavailable'));
      const { length } = one.sent;
      await act(other);
      await eventually(() => expect(one.sent.length).toBe(length + 1));
      expect(one.outbox.problem.get()?.code).toBe('store_unavailable');

      if (end === 'discarded') await one.store.queue.discard(opId);
      if (end === 'refused') await one.store.queue.reject((await one.store.queue.pending())[0]?.order ?? 0, undefined);
      if (end === 'sent') await drained();
      await eventually(() => expect(one.outbox.problem.get()).toBeUndefined());
    },
  );
});

const idle: Leadership = { start: () => {}, held: () => false, stop: () => {} };

describe('among tabs', () => {
  test('one sends what all of them wrote, and each message once', async () => {
    const [first, second] = [
      open(new LeaseLeadership(db, 'first', clock)),
      open(new LeaseLeadership(db, 'second', clock)),
    ];
    first.outbox.start();
    await eventually(async () => expect(await db.meta.get('lease:outbox')).toBeDefined());
    second.outbox.start();
    const id = await empty(second);
    await second.actions.send(id, 'from the second tab');
    await eventually(() => expect(server.questions(id)).toEqual(['from the second tab']));
    await eventually(() => expect(first.sent.length).toBe(2));
    expect(second.sent).toEqual([]);
  });

  test('the one that sends does not overtake what another one wrote before', async () => {
    const [first, second] = [open(), open(idle)];
    second.outbox.start();
    const id = await conversation(first);
    const written: string[] = [];
    db.outbox.hook('creating', function (_key, { command }) {
      this.onsuccess = () => {
        if ('content' in command) written.push(command.content);
      };
    });
    for (let n = 0; n < 10; n += 1) {
      await Promise.all([second.actions.send(id, `question ${n}`), first.actions.send(id, `afterthought ${n}`)]);
      await drained();
    }
    expect(written.length).toBe(20);
    expect(server.questions(id)).toEqual(written);
  });
});

describe('a browser that cannot write', () => {
  test.each(['AbortError', 'InvalidStateError', 'UnknownError', 'TimeoutError', 'DataError'])(
    'says so: %s',
    async (name) => {
      const failing = new FakeFailure(db);
      const one = open();
      const id = await conversation(one);
      const messageId = await one.actions.send(id, 'before');
      await drained();
      failing.reason = name;
      const asked: [string, () => Promise<unknown>][] = [
        ['begin', () => one.actions.begin('c9', 'Bob', 'x')],
        ['send', () => one.actions.send(id, 'x')],
        ['fork', () => one.actions.fork(id, messageId)],
        ['edit', () => one.actions.editMessage(messageId, 'x')],
        ['delete', () => one.actions.deleteMessage(messageId)],
        ['restore', () => one.actions.restoreMessage(messageId)],
        ['roll back', () => one.actions.rollBack(messageId, 1)],
        ['retry', () => one.actions.retry(messageId)],
        ['continue', () => one.actions.continueReply(messageId)],
        ['stop', () => one.actions.stopReply('g')],
        ['rename', () => one.actions.editConversation(id, { title: 'x' })],
        ['delete conversation', () => one.actions.deleteConversation(id)],
        ['restore conversation', () => one.actions.restoreConversation(id)],
      ];
      for (const [what, ask] of asked)
        await expect(ask(), what).rejects.toMatchObject({
          code: 'storage_failed',
          message: expect.stringContaining(name),
        });
      failing.reason = undefined;
      expect(await states()).toEqual([]);
    },
  );

  test('in time says so, and does not write later', async () => {
    const blocked = new LocritDb(`blocked-${Math.random()}`);
    let unblock = () => {};
    const opened = new Promise<void>((resolve) => {
      unblock = resolve;
    });
    blocked.on('ready', () => opened);
    const { queue } = new Store(blocked);
    const write = queue.add({ type: 'conversation.delete', conversation_id: 'c1' });
    await expect(write).rejects.toMatchObject({
      code: 'storage_failed',
      message: expect.stringContaining('TimeoutError'),
    });
    unblock();
    await eventually(async () => expect(await blocked.outbox.count()).toBe(0));
    await blocked.delete();
  });
});
