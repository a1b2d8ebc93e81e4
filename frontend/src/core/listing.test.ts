import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aConversation, aLocrit } from '../../tests/fakes/rows';
import type { Command } from './commands';
import { LocritDb } from './db';
import { conversationRows } from './shown-rows';
import { Store } from './store';
import type { Conversation, ConversationRow } from './types';

let db: LocritDb;
let store: Store;

beforeEach(() => {
  db = new LocritDb(`listing-${Math.random()}`);
  store = new Store(db);
});

afterEach(() => db.delete());

const SINCE = ['2027-01-07', '2027-01-05', '2027-01-03'];
const ID = fc.integer({ min: 0, max: 11 }).map((number) => `c${number}`);
const DAY = fc.integer({ min: 1, max: 9 }).map((day) => `2027-01-0${day}T00:00:00.000Z`);
const LOCRIT = fc.constantFrom('Ada', 'Bob', 'Eve');

const conversation: fc.Arbitrary<Conversation> = fc
  .record({
    conversation_id: ID,
    locrit_name: LOCRIT,
    updated_at: DAY,
    user_id: fc.constantFrom('local', 'visitor:1'),
    pinned: fc.boolean(),
    archived: fc.boolean(),
    deleted_at: fc.constantFrom(null, null, '2027-01-09T00:00:00.000Z'),
  })
  .map((fields) => aConversation({ ...fields, locrit_id: fields.locrit_name }));

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    type: fc.constant('conversation.create' as const),
    conversation_id: fc.constantFrom('n1', 'n2'),
    locrit_name: fc.constantFrom('Ada', 'Bob'),
  }),
  fc.record({
    type: fc.constant('conversation.edit' as const),
    conversation_id: ID,
    changes: fc.record({ pinned: fc.boolean(), archived: fc.boolean(), title: fc.string() }, { requiredKeys: [] }),
  }),
  fc.record({ type: fc.constant('conversation.delete' as const), conversation_id: ID }),
  fc.record({ type: fc.constant('conversation.restore' as const), conversation_id: ID }),
  fc.record({
    type: fc.constant('message.send' as const),
    conversation_id: ID,
    message_id: fc.uuid(),
    locrit_name: fc.constant('Ada'),
    content: fc.string(),
  }),
);

/** The rule itself, over all rows at once: what the windows by index have to agree with. */
function grouped(rows: ConversationRow[], archived: boolean): ConversationRow[][] {
  const groups: ConversationRow[][] = [[], ...SINCE.map(() => []), []];
  for (const row of rows) {
    const group = row.pinned && !archived ? 0 : 1 + SINCE.filter((moment) => row.updated_at < moment).length;
    groups[group]?.push(row);
  }
  return archived ? groups.slice(1) : groups;
}

describe('a window of the list', () => {
  it('shows what the whole list shows there, whatever waits in the outbox', async () => {
    const cases = fc.record({
      conversations: fc.uniqueArray(conversation, { selector: (row) => row.conversation_id, maxLength: 12 }),
      commands: fc.array(command, { maxLength: 6 }),
      locrit: fc.option(LOCRIT, { nil: undefined }),
      archived: fc.boolean(),
      own: fc.boolean(),
      from: fc.nat({ max: 8 }),
      size: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ conversations, commands, locrit, archived, own, from, size }) => {
        await Promise.all(db.tables.map((table) => table.clear()));
        await store.cache.put({ locrits: ['Ada', 'Bob'].map((name) => aLocrit({ id: name, name })) });
        await store.cache.put({
          locrits: [aLocrit({ id: 'Eve', name: 'Eve', deleted_at: '2027-01-09T00:00:00.000Z' })],
        });
        await store.cache.put({ conversations });
        for (const each of commands) await store.queue.add(each);
        const alive = conversations.filter((row) => row.locrit_id !== 'Eve');
        const all = conversationRows(alive, await store.queue.pending(), new Map()).filter(
          (row) =>
            row.archived === archived &&
            (locrit === undefined || row.locrit_name === locrit) &&
            !(own && row.user_id.startsWith('visitor:')),
        );
        const groups = grouped(all, archived);
        const ids = groups.flat().map((row) => row.conversation_id);
        const { listing } = store.views;
        const window = await listing.window({ locrit, archived, own, since: SINCE, from, to: from + size });
        expect(window.counts).toEqual(groups.map((group) => group.length));
        expect(window.rows.map((row) => row.conversation_id)).toEqual(ids.slice(from, from + size));
        for (const row of window.rows) expect(row).toMatchObject(all.find((each) => same(each, row)) ?? {});
        for (const [at, id] of ids.entries())
          expect((await listing.beside(id, 1, { locrit, archived, own }))?.conversation_id).toBe(ids[at + 1]);
        const newest = await listing.newest({ locrit, archived, own, limit: size });
        expect(newest.map((row) => row.conversation_id)).toEqual(all.slice(0, size).map((row) => row.conversation_id));
      }),
      { numRuns: 200 },
    );
  });

  it('leaves out what a Locrit takes into the trash, and has it again when it comes back', async () => {
    const ids = async () => (await store.views.listing.newest({})).map((row) => row.conversation_id);
    await store.cache.put({ locrits: [aLocrit({})] });
    await store.cache.put({ conversations: [aConversation({})] });
    await store.cache.put({ locrits: [aLocrit({ deleted_at: '2027-01-09T00:00:00.000Z', rev: 2 })] });
    expect(await ids()).toEqual([]);
    await store.cache.put({ conversations: [aConversation({ head_seq: 1, message_count: 1 })] });
    expect(await ids()).toEqual([]);
    await store.cache.put({ locrits: [aLocrit({ rev: 3 })] });
    expect(await ids()).toEqual(['c1']);
  });
});

const same = (a: Conversation, b: Conversation) => a.conversation_id === b.conversation_id;
