import { describe, expect, test } from 'vitest';
import { browser, server, talking } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';
import type { Conversation } from './types';

describe('a conversation is found by its name', () => {
  async function opened() {
    const one = await browser();
    const id = await talking(one, 'Été à Paris');
    await one.client.actions.editConversation(id, { title: 'Été à Paris' });
    await eventually(async () => expect(await one.db.outbox.count()).toBe(0));
    const called = async (words: string) => {
      let found: Conversation[] = [];
      await one.client.called(words, (rows) => (found = rows), new AbortController().signal);
      return found.map((row) => row.title);
    };
    return { ...one, id, called };
  }

  test('by any part of it, whatever its case and accents, without the server too', async () => {
    const { called, transport } = await opened();
    transport.disconnect();
    for (const words of ['ete', 'PAR', 'bob été']) expect(await called(words)).toEqual(['Été à Paris']);
    expect(await called('london')).toEqual([]);
  });

  test('as it is called here, before that is sent', async () => {
    const { client, id, called, transport } = await opened();
    transport.disconnect();
    await client.actions.editConversation(id, { title: 'Winter', archived: true });
    expect(await called('winter')).toEqual(['Winter']);
    expect(await called('paris')).toEqual([]);
    await client.actions.deleteConversation(id);
    expect(await called('winter')).toEqual([]);
  });

  test('on the server when it is not cached, once', async () => {
    const { called, db, id } = await opened();
    expect(await called('paris')).toEqual(['Été à Paris']);
    await db.conversations.delete(id);
    expect(await called('paris')).toEqual(['Été à Paris']);
    server.conversations.clear();
    expect(await called('paris')).toEqual([]);
  });

  test('unless somebody looks for something else by then', async () => {
    const { client } = await opened();
    const control = new AbortController();
    control.abort();
    const looking = client.called('paris', () => expect.unreachable(), control.signal);
    await expect(looking).rejects.toMatchObject({ name: 'AbortError' });
  });
});
