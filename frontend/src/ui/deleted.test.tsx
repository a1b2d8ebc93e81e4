import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { Route } from 'react-router';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeArtifact } from '../../tests/fakes/called';
import { deleteLocrit } from '../../tests/fakes/locrits';
import type { TalkServer } from '../../tests/fakes/talk-server';
import { openTalk, type Talk } from '../../tests/talk';
import type { ConversationRow, LocritRow } from '../core';
import Interactions from './chat/Interactions';
import Invitations from './locrits/Invitations';
import { NamedLocrit } from './locrits/LocritPage';
import ConceptsTab from './memory/concepts/ConceptsTab';
import { MemoriesTab } from './memory/MemoriesTab';
import { giveLayout } from './testing/virtual';

beforeAll(giveLayout);

/** One that can be opened: where, how it is seen to be, how it is asked for, and how it goes. */
interface Kind {
  address: string;
  open?: () => Promise<void>;
  seen: () => Promise<unknown>;
  asked: RegExp;
  goes: (server: TalkServer) => unknown;
  /** What is left, or leads there. */
  left: () => HTMLElement;
}

const locritId = (server: TalkServer) => [...server.locrits.values()][0]?.id ?? '';
const call = (server: TalkServer, method: string, path: string, ids: object, body: object = {}) =>
  server.handle(method, path, {
    path: { name: locritId(server), ...ids },
    query: { op_id: 'go' },
    body: { op_id: 'go', ...body },
  });
const CONCEPT = '/api/v2/locrits/{name}/memory/concepts/{concept_id}';
const MEMORIES = '/api/v2/locrits/{name}/memory/memories';
const CONVERSATION = '/api/v2/conversations/{conversation_id}';

const KINDS: Record<string, Kind> = {
  'a conversation': {
    address: '/my-locrits/Bob/chat/talk',
    seen: () => screen.findByText('Words of q'),
    asked: /conversations\/\{conversation_id\}|\bsubscribe conversation/,
    goes: (server) => call(server, 'patch', CONVERSATION, { conversation_id: 'talk' }, { deleted: true }),
    left: () => screen.getByRole('link', { name: /Start a conversation|New conversation/ }),
  },
  'a conversation, for good': {
    address: '/my-locrits/Bob/chat/talk',
    seen: () => screen.findByText('Words of q'),
    asked: /conversations\/\{conversation_id\}|\bsubscribe conversation/,
    goes: (server) => call(server, 'post', `${CONVERSATION}/forget`, { conversation_id: 'talk' }),
    left: () => screen.getByRole('link', { name: /Start a conversation|New conversation/ }),
  },
  'a Locrit': {
    address: '/my-locrits/Bob/chat/talk',
    seen: () => screen.findByText('Words of q'),
    asked: /locrits\/\{name\}/,
    goes: (server) => deleteLocrit(server, locritId(server), 'go'),
    left: () => screen.getByRole('link', { name: 'See all Locrits' }),
  },
  'an artifact': {
    address: '/my-locrits/Bob/chat/talk?artifact=clock',
    seen: () => screen.findByRole('heading', { name: 'Clock' }),
    asked: /artifacts\/\{artifact_id\}/,
    goes: (server) => {
      server.forget('a');
      server.made.clear();
    },
    left: () => screen.getByText('What Bob made'),
  },
  'a concept': {
    address: '/my-locrits/Bob/concepts?concept=Lisbon',
    seen: () => screen.findByRole('button', { name: 'Delete “Lisbon”' }),
    asked: /concepts\/\{concept_id\}/,
    goes: (server) => call(server, 'delete', CONCEPT, { concept_id: 'Lisbon' }),
    left: () => screen.getByRole('button', { name: /Porto/ }),
  },
  'a memory': {
    address: '/my-locrits/Bob/memories',
    open: async () => userEvent.click(await screen.findByRole('button', { name: 'Edit “Likes tea”' })),
    seen: () => screen.findByRole('button', { name: 'Save' }),
    asked: /memories\/\{memory_id\}/,
    goes: (server) => call(server, 'delete', `${MEMORIES}/{memory_id}`, { memory_id: 'tea' }),
    left: () => screen.getByText('Likes rain'),
  },
};

const page = (path: string, shown: (locrit: LocritRow) => ReactNode) => (
  <Route
    key={path}
    path={`/my-locrits/:name/${path}`}
    element={<NamedLocrit>{(locrit) => <div data-page>{shown(locrit)}</div>}</NamedLocrit>}
  />
);
const routes = [
  page('concepts', (locrit) => <ConceptsTab locrit={locrit} />),
  page('memories', (locrit) => <MemoriesTab locrit={locrit} />),
  page('invitations', () => <Invitations name="Bob" />),
  page('calls', () => (
    <Interactions conversation={{ conversation_id: 'talk' } as ConversationRow} onOpenChange={() => undefined} />
  )),
];

let talk: Talk;
afterEach(() => talk?.close());

function fill(server: TalkServer): void {
  server.say('q', { role: 'user' });
  const reply = server.say('a', { role: 'assistant', parent_id: 'q' });
  makeArtifact(server, reply, 'clock');
  for (const name of ['Lisbon', 'Porto']) server.concepts.say(name, 3);
  for (const memory_id of ['tea', 'rain'])
    call(server, 'post', MEMORIES, {}, { memory_id, content: `Likes ${memory_id}`, op_id: memory_id });
  for (const whom of ['Ann', 'Ben']) server.invited.add(whom);
}

/** With what is left. A page that has just been opened may say so before it knows, in what is not seen at once. */
const isSaid = (left: () => HTMLElement) =>
  waitFor(
    () => {
      expect(screen.getByText(/It was deleted|It may have been (renamed or )?deleted/)).toBeVisible();
      expect(left()).toBeVisible();
    },
    { timeout: 5_000 },
  );

function expectCalm(): void {
  expect(screen.queryByText(/cannot be reached|does not answer|cannot be shown/)).toBeNull();
  expect(screen.queryByRole('alert')).toBeNull();
}

describe.each(Object.entries(KINDS))(
  '%s that is deleted elsewhere',
  (_, { address, open, seen, asked, goes, left }) => {
    it('while it is open is told of, and no more asked for', async () => {
      talk = await openTalk(fill, { address, routes });
      await open?.();
      await seen();
      const before = talk.transport.log.length;
      goes(talk.server);
      await isSaid(left);
      const { length } = talk.transport.log;
      talk.server.say('later'); // what follows the news asks once more
      talk.server.log('user:local', 'server_settings.updated', 'server', { rev: 1 }, null);
      await waitFor(() => expect(talk.transport.log.length).toBeGreaterThan(length));
      expect(talk.transport.log.slice(before).filter((line) => asked.test(line))).toEqual([]);
      expectCalm();
    });
  },
);

const WITH_ADDRESS = Object.entries(KINDS).filter(([, { open }]) => !open);

it.each(WITH_ADDRESS)('%s that was deleted before it was opened by an old link is said to be', async (_, kind) => {
  const { address, goes, left } = kind;
  talk = await openTalk(
    (server) => {
      fill(server);
      goes(server);
    },
    { address, routes },
  );
  await isSaid(left);
  expectCalm();
});
