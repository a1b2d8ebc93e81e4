import { describe, expect, test } from 'vitest';
import { browser, server, talking } from '../../tests/fakes/browser';
import { eventually } from '../../tests/fakes/eventually';
import { Matcher } from './matching';
import { dayOf, parseQuery } from './search-query';
import type { FoundMessage, Message } from './types';

const NOW = new Date(2026, 10, 26, 15);
const day = (...at: [number, number, number]) => new Date(...at).toISOString();

test.each([
  ['tea and milk', { words: 'tea and milk' }],
  ['locrit:Bob tea', { words: 'tea', locrit: 'Bob' }],
  ['tea locrit:"Bob Technique" "green tea"', { words: 'tea "green tea"', locrit: 'Bob Technique' }],
  ['Locrit:“Marie Recherche” role:me', { words: '', locrit: 'Marie Recherche', role: 'user' }],
  ['role:assistant is:starred', { words: '', role: 'assistant', is: 'starred' }],
  ['after:2026-11 before:2026', { words: '', after: day(2026, 10, 1), before: day(2026, 0, 1) }],
  ['after:yesterday before:3.11.2026', { words: '', after: day(2026, 10, 25), before: day(2026, 10, 3) }],
  ['rôle:moi est:épinglé Après:hier thé', { words: 'thé', role: 'user', is: 'pinned', after: day(2026, 10, 25) }],
  ['time: 12:30 http://x.y', { words: 'time: 12:30 http://x.y' }],
  ['role:boss after:soon is: locrit:', { words: '' }],
])('%s is understood', (text, query) => {
  expect(parseQuery(text, NOW).query).toEqual(query);
});

test('a filter that says nothing yet is told from one that does', () => {
  expect(parseQuery('role:us is:pinned after:2026-02-30', NOW).filters.map(({ known }) => known)).toEqual([
    false,
    true,
    false,
  ]);
  expect(dayOf('2026-13')).toBeUndefined();
});

test.each([
  ['tea', 'green tea, teacup, steam', ['tea', 'tea']],
  ['ÉTÉ', 'l’été dernier', ['été']],
  ['"green tea"', 'tea, green\ntea', ['green\ntea']],
  ['注意', '请注意安全', ['注意']],
  ['ไทย', 'ภาษาไทยง่าย', ['ไทย']],
  ['🙂', 'good 🙂 day', ['🙂']],
  ['a+b', 'so a+b (c)', ['a+b']],
  ['strasse', 'Straße', []],
])('%s in %s', (words, text, expected) => {
  const matcher = new Matcher(words);
  expect(matcher.places(text).map(([from, to]) => text.slice(from, to))).toEqual(expected);
  expect(matcher.has(text)).toBe(expected.length > 0);
});

describe('what was said is found', () => {
  async function opened() {
    const one = await browser();
    const id = await talking(one, 'green tea is bitter', 'what of milk?', 'tea with milk');
    one.client.open(id);
    await eventually(async () => expect(await one.db.cursors.get(`conversation:${id}`)).toBeDefined());
    return { ...one, id };
  }

  const never = () => new AbortController().signal;

  test('in this browser at once, without the server too, newest first', async () => {
    const { client, transport } = await opened();
    transport.disconnect();
    let hits: FoundMessage[] = [];
    const end = await client.search({ words: 'tea' }, (all) => (hits = all), never());
    expect(end).toEqual({ more: false, offline: true });
    expect(hits.map(({ snippet }) => snippet)).toEqual([
      '\u0002tea\u0003 with milk',
      'green \u0002tea\u0003 is bitter',
    ]);
    expect(hits[0]).toMatchObject({ locrit_name: 'Bob', role: 'user', seq: 5 });
  });

  test('on the server as well, each once, and what is known keeps its place', async () => {
    const { client, id } = await opened();
    const known = {
      forked_from: null,
      conversation_id: id,
      locrit_name: 'Bob',
      session_name: '',
      session_id: id,
      role: 'user' as const,
    };
    const rest = { ...known, created_at: '2027-01-01T00:00:00.000Z', seq: 1, status: 'complete' as const, snippet: '' };
    const [, , newest] = server.inOrder(id).filter(({ role }) => role === 'user');
    server.finds = [
      { ...rest, message_id: 'elsewhere' },
      { ...rest, message_id: newest?.message_id ?? '' },
    ];
    const seen: string[][] = [];
    await client.search({ words: 'tea' }, (all) => seen.push(all.map(({ message_id }) => message_id)), never());
    const last = seen.at(-1) ?? [];
    expect(new Set(last).size).toBe(3);
    for (const earlier of seen) expect(last.slice(0, earlier.length)).toEqual(earlier);
    server.searchesInVain = 3; // the server ends a search of common words after a while: older messages are asked next
    let ids: string[] = [];
    const end = await client.search({ words: 'tea' }, (all) => (ids = all.map((hit) => hit.message_id)), never());
    expect(ids).toContain('elsewhere');
    expect(end.more).toBe(false);
  });

  test('as it is shown here: what is not sent yet too, and with its edits', async () => {
    const { client, id, db, transport } = await opened();
    const count = async (words: string) => {
      let found = 0;
      await client.search({ words }, (all) => (found = all.length), never());
      return found;
    };
    transport.disconnect();
    const [first] = await client.messages(id);
    await client.actions.send(id, 'or coffee');
    await client.actions.begin(client.newConversationId(), 'Bob', 'coffee alone');
    await client.actions.editMessage(first?.message_id ?? '', 'black coffee is bitter');
    expect([await count('coffee'), await count('green'), await count('tea')]).toEqual([3, 0, 1]);
    await db.cursors.clear();
    await client.actions.deleteMessage(first?.message_id ?? '');
    expect(await count('coffee')).toBe(2);
    await client.actions.deleteConversation(id);
    expect([await count('coffee'), await count('tea')]).toEqual([1, 0]);
  });

  test('in every slice, each message once', async () => {
    const { client, db, id, transport } = await opened();
    transport.disconnect();
    const [one] = await db.messages.toArray();
    const rows = Array.from({ length: 1_200 }, (_, seq) => ({
      ...one,
      message_id: `00-${String(seq).padStart(5, '0')}`,
      seq: 100 + seq,
      content: seq % 400 === 7 ? 'a rare walrus' : 'nothing',
    }));
    await db.messages.bulkPut(rows as Message[]);
    for (const query of [{ words: 'walrus' }, { words: 'walrus', conversationId: id }]) {
      const seen: number[] = [];
      const found = (all: FoundMessage[]) => seen.push(...all.slice(seen.length).map((hit) => hit.seq));
      await client.search(query, found, never());
      expect(seen).toEqual([907, 507, 107]);
    }
  });

  test('unless somebody looks for something else by then', async () => {
    const { client } = await opened();
    const control = new AbortController();
    const search = client.search({ words: 'tea' }, () => expect.unreachable(), control.signal);
    control.abort();
    await expect(search).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('by the Locrit, the role, the day, and the mark of its conversation', async () => {
    const { client, id, transport } = await opened();
    transport.disconnect();
    const count = async (query: string) => {
      let found = 0;
      await client.search(parseQuery(query).query, (all) => (found = all.length), never());
      return found;
    };
    expect(await count('tea locrit:Bob')).toBe(2);
    expect(await count('tea locrit:Ann')).toBe(0);
    expect(await count('tea role:assistant')).toBe(0);
    expect(await count('tea after:2020 before:2099')).toBe(2);
    expect(await count('tea before:2020')).toBe(0);
    expect(await count('tea is:archived')).toBe(0);
    expect((await client.conversation(id))?.archived).toBe(false);
  });
});
