import { describe, expect, test } from 'vitest';
import { eventually } from '../../tests/fakes/eventually';
import { conversation, db, drained, open, server, states } from '../../tests/fakes/tab';
import type { Fate } from '../../tests/fakes/transport';
import { Actions } from './actions';
import { LocalState } from './local-state';
import { Store } from './store';

describe('what is said while a reply is written', () => {
  async function talkingSlowly() {
    server.writesSlowly = true;
    const one = open();
    const id = await conversation(one);
    const question = await one.actions.send(id, 'first');
    await eventually(async () => expect(await states()).toEqual([]));
    const reply = () => server.inOrder(id).findLast((row) => row.role === 'assistant');
    const ends = async () => {
      server.finishReply(reply()?.message_id ?? '', 'That was it.');
      await one.store.cache.put({ messages: server.inOrder(id) });
    };
    return { ...one, id, question, reply, ends };
  }

  test('waits until that has ended, and goes after it, one at a time', async () => {
    const { actions, id, reply, ends } = await talkingSlowly();
    const texts = ['second', 'third', 'fourth'];
    for (const text of texts) await actions.send(id, text);
    for (const [sent, text] of texts.entries()) {
      expect(server.questions(id)).toEqual(['first', ...texts.slice(0, sent)]);
      const before = reply()?.message_id;
      await ends();
      await eventually(() => expect(server.questions(id)).toHaveLength(sent + 2));
      expect(server.inOrder(id).find((row) => row.content === text)?.parent_id).toBe(before);
    }
  });

  test('is passed by what does not wait, and waits for nothing when it puts a question differently', async () => {
    const { actions, id, question } = await talkingSlowly();
    await actions.send(id, 'waits');
    await actions.editConversation(id, { title: 'A new name' });
    await eventually(() => expect(server.conversations.get(id)?.title).toBe('A new name'));
    await actions.send(id, 'instead', { sibling_of: question });
    await eventually(() => expect(server.questions(id)).toEqual(['first', 'instead']));
  });

  test('is edited and taken back from any tab until then, and comes back', async () => {
    const { actions, store, id, ends } = await talkingSlowly();
    const [edited, gone, back] = [
      await actions.send(id, 'edited'),
      await actions.send(id, 'gone'),
      await actions.send(id, 'back'),
    ];
    const other = new Actions(new Store(db), new LocalState(undefined));
    await other.editMessage(edited, 'edited, better');
    await other.deleteMessage(gone);
    await actions.deleteMessage(back);
    await actions.restoreMessage(back);
    server.writesSlowly = false;
    await ends();
    await drained();
    expect(server.questions(id)).toEqual(['first', 'edited, better', 'back']);
    expect((await store.views.sights.messages(id)).some((row) => row.waits)).toBe(false);
  });

  test('does not wait for what was refused before it', async () => {
    const { actions, id, ends } = await talkingSlowly();
    for (const text of ['refuse this', 'and go on']) await actions.send(id, text);
    server.writesSlowly = false;
    await ends();
    await drained();
    expect(server.questions(id)).toEqual(['first', 'and go on']);
    expect(await states()).toEqual(['rejected']);
  });
});

describe('a conversation that begins', () => {
  test('is one operation with its first message, and is gone with it', async () => {
    const one = open();
    const [whole, half] = [
      await one.actions.begin('c1', 'Bob', 'first'),
      await one.actions.begin('c2', 'Bob', 'never'),
    ];
    await one.actions.editConversation('c2', { title: 'Nothing' });
    expect((await one.store.views.listing.newest({})).map((row) => row.preview).sort()).toEqual(['first', 'never']);
    await one.actions.deleteMessage(half);
    one.outbox.start();
    await drained();
    expect([...server.conversations.keys()]).toEqual(['c1']);
    expect(server.messages.get(whole)?.content).toBe('first');
    expect(await one.store.views.conversation('c1')).toMatchObject({ local: false });
    expect(await one.store.views.conversation('c2')).toBeUndefined();
  });

  test('begins with the next message when the first one is taken back', async () => {
    const one = open();
    const first = await one.actions.begin('c1', 'Bob', 'first');
    await one.actions.send('c1', 'second');
    await one.actions.deleteMessage(first);
    one.outbox.start();
    await drained();
    expect(server.questions('c1')).toEqual(['second']);
  });

  test.each([['lost'], ['lost', 'lost'], ['offline', 'lost', 'broken']] as Fate[][])(
    'once, when exchanges are %s',
    async (...fates) => {
      const one = open();
      one.transport.fates = [...fates];
      one.outbox.start();
      await one.actions.begin('c1', 'Bob', 'first');
      await drained();
      expect(server.questions('c1')).toEqual(['first']);
    },
  );
});
