import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route } from 'react-router';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FakeQuota } from '../../tests/fakes/quota';
import type { TalkServer } from '../../tests/fakes/talk-server';
import { openTalk, type Talk } from '../../tests/talk';
import { Pages } from './Pages';
import { giveLayout } from './testing/virtual';
import { english } from './text/text';

beforeAll(giveLayout);

/** A list that is read from what the browser keeps: where, what it says when there is nothing, and what the server has. */
interface List {
  address: string;
  open?: () => Promise<void>;
  empty: string;
  give: (server: TalkServer) => void;
  row: RegExp;
}

const MEMORIES = '/api/v2/locrits/{name}/memory/memories';
const ENDED = { valid_to: '2020-01-01T00:00:00Z' };

function note(server: TalkServer, fields: object): void {
  const [bob] = server.locrits.values();
  const body = { memory_id: 'tea', op_id: 'tea', content: 'Likes tea', ...fields };
  server.handle('post', MEMORIES, { path: { name: bob?.id ?? '' }, query: {}, body });
}

function talk(server: TalkServer, fields: object = {}): void {
  const path = { conversation_id: 'tea' };
  const body = { ...path, locrit_name: 'Bob', op_id: 'tea' };
  server.handle('post', '/api/v2/conversations', { path: {}, query: {}, body });
  const changes = { title: 'About tea', op_id: 'named', ...fields };
  server.handle('patch', '/api/v2/conversations/{conversation_id}', { path, query: {}, body: changes });
}

const showArchive = async () => userEvent.click(await screen.findByRole('button', { name: 'Archive' }));
async function find() {
  await userEvent.keyboard('{Control>}k{/Control}');
  await userEvent.type(await screen.findByRole('combobox'), 'About tea');
}
const memories = (state: string) => `/my-locrits/Bob/memory?tab=notes&state=${state}`;

const LISTS: Record<string, List> = {
  conversations: { address: '/trash', empty: 'No conversations yet.', give: talk, row: /About tea/ },
  'conversations of a Locrit': {
    address: '/my-locrits/Bob/artifacts',
    empty: 'No conversations yet.',
    give: talk,
    row: /About tea/,
  },
  'the archive': {
    address: '/trash',
    open: showArchive,
    empty: 'Nothing is archived.',
    give: (server) => talk(server, { archived: true }),
    row: /About tea/,
  },
  'what has a name': {
    address: '/trash',
    open: find,
    empty: 'Nothing is called “About tea”, and nobody said it.',
    give: talk,
    row: /^About tea$/,
  },
  Locrits: {
    address: '/my-locrits',
    empty: 'No Locrits yet',
    give: (server) => void server.addLocrit('Eve'),
    row: /^Eve$/,
  },
  'a Locrit': {
    address: '/my-locrits/Eve/artifacts',
    empty: 'There is no Locrit called “Eve”',
    give: (server) => void server.addLocrit('Eve'),
    row: /^Eve$/,
  },
  'memories that hold': {
    address: memories('valid'),
    empty: 'Nothing is remembered yet',
    give: (server) => note(server, {}),
    row: /Likes tea/,
  },
  'memories to decide about': {
    address: memories('suggested'),
    empty: 'The inbox is empty',
    give: (server) => note(server, { suggested: true }),
    row: /Likes tea/,
  },
  'memories that ended': {
    address: memories('past'),
    empty: 'Nothing has ended yet',
    give: (server) => note(server, ENDED),
    row: /Likes tea/,
  },
  concepts: {
    address: '/my-locrits/Bob/memory?tab=concepts',
    empty: 'Nothing was talked about yet',
    give: (server) => {
      server.concepts.say('Lisbon', 3);
      server.log('user:local', 'server_settings.updated', 'server', { rev: 1 }, null);
    },
    row: /Lisbon/,
  },
};

const routes = <Route path="*" element={<Pages />} />;
const UNKEPT = english.unkept.text;

let opened: Talk;
let watching: MutationObserver;
afterEach(() => {
  watching?.disconnect();
  opened?.close();
});

/** Whether anything like it ever stood on the page from now on. */
function watchFor(sentence: string): () => boolean {
  let wasSaid = false;
  watching = new MutationObserver(() => {
    wasSaid ||= document.body.textContent?.includes(sentence) ?? false;
  });
  watching.observe(document.body, { childList: true, subtree: true, characterData: true });
  return () => wasSaid;
}

function withoutAny(server: TalkServer, { empty }: List): void {
  server.conversations.clear();
  if (empty === 'No Locrits yet') server.locrits.clear();
}

const isSaid = (words: string | RegExp) => screen.queryAllByText(words).length > 0;

/** A browser without room shows what the server has, or says that it cannot: never that there is nothing. */
describe.each(Object.entries(LISTS))('%s that this browser has no room for', (_, list) => {
  it.each([0, 1, 2, 4])('are not denied, with room for %i rows', async (rows) => {
    const wasSaid = watchFor(list.empty);
    const prepare = (server: TalkServer) => {
      withoutAny(server, list);
      list.give(server);
    };
    opened = await openTalk(prepare, { address: list.address, routes }, (db) => {
      new FakeQuota(db).left = rows;
    });
    await list.open?.();
    await waitFor(() => expect(isSaid(UNKEPT) || isSaid(list.row)).toBe(true));
    if (isSaid(list.row)) return expect(isSaid(list.empty)).toBe(false);
    expect(wasSaid()).toBe(false);
    opened.transport.disconnect();
    await screen.findAllByText(/They appear as soon as the server answers|has no room for what/);
    expect(wasSaid()).toBe(false);
  });

  it('are not denied any more when the server has some after all', async () => {
    let quota: FakeQuota | undefined;
    opened = await openTalk(
      (server) => withoutAny(server, list),
      { address: list.address, routes },
      (db) => {
        quota = new FakeQuota(db);
      },
    );
    await list.open?.();
    await screen.findByText(list.empty);
    if (quota) quota.left = 0;
    list.give(opened.server);
    await screen.findAllByText(UNKEPT);
    await waitFor(() => expect(isSaid(list.empty)).toBe(false));
  });
});
