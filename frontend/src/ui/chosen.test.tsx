import { screen } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { beforeAll, expect, it } from 'vitest';
import type { Client, FoundMessage } from '../core';
import { conversationOf, LOCRITS } from './testing/demo-content';
import { MODEL_LIST } from './testing/demo-models';
import { hitsIn } from './testing/demo-search';
import { type DemoStore, signal } from './testing/demo-store';
import { renderAt } from './testing/render';
import { giveLayout } from './testing/virtual';

beforeAll(giveLayout);

type Demo = Client & { store: DemoStore };

/** A list in which one thing is chosen, and something that comes to it later, before what is chosen. */
interface List {
  address: string;
  /** Before it is opened. */
  prepare?: (client: Demo) => void;
  choose: (user: UserEvent) => Promise<unknown>;
  chosen: () => string | null | undefined;
  arrive: (client: Demo) => unknown;
  arrived: () => Promise<unknown>;
}

const focused = () => document.activeElement?.textContent;
let tell: (hits: FoundMessage[]) => void;

const LISTS: Record<string, List> = {
  'the palette': {
    address: '/',
    choose: (user) => user.keyboard('{Control>}k{/Control}{End}{ArrowUp}'),
    chosen: () => screen.getByRole('option', { selected: true }).textContent,
    arrive: ({ store }) =>
      store.change(() => store.conversations.unshift(conversationOf('later', 'Marie', 'Found later', 0))),
    arrived: () => screen.findByRole('option', { name: /Found later/ }),
  },
  'what is found in a conversation': {
    address: '/my-locrits/Bob/chat/tea',
    prepare: (client) => {
      client.search = async (query, found) => {
        const hits = hitsIn(client.store, { ...query, words: 'a' });
        tell = () => found(hits);
        found(hits.slice(1));
        return { more: false };
      };
    },
    choose: async (user) => {
      await user.keyboard('{Control>}f{/Control}');
      await user.type(await screen.findByRole('textbox', { name: 'Find in this conversation' }), 'a');
      await screen.findByText(/^\d+ messages?/);
      await user.keyboard('{Enter}');
    },
    chosen: () => {
      const [, at = 0, of = 0] = /(\d+) of (\d+)/.exec(screen.getByText(/^\d+ of \d+/).textContent ?? '') ?? [];
      return `${Number(of) - Number(at)} before the last`;
    },
    arrive: () => tell([]),
    arrived: () => new Promise((done) => setTimeout(done)),
  },
  'the menu of Locrits': {
    address: '/',
    choose: async (user) => {
      (await screen.findByRole('button', { name: /Switch Locrit/ })).focus();
      await user.keyboard('{ArrowDown}{ArrowDown}');
    },
    chosen: focused,
    arrive: ({ store }) =>
      store.change(() => {
        store.locrits = [{ ...(LOCRITS[0] as (typeof LOCRITS)[0]), id: 'Ada', name: 'Ada' }, ...store.locrits];
      }),
    arrived: () => screen.findByRole('menuitem', { name: /Ada/ }),
  },
  'the models': {
    address: '/my-locrits/Marie/chat',
    prepare: (client) => {
      const [first] = MODEL_LIST.models;
      const list = { ...MODEL_LIST, models: first ? [first] : [] };
      Object.assign(client.models, { known: signal({ list, failed: false }) });
    },
    choose: async (user) => {
      await user.click(await screen.findByRole('button', { name: /^Model: qwen3/ }));
      (await screen.findByRole('button', { name: /^Llama 3.2/ })).focus();
    },
    chosen: focused,
    arrive: ({ models }) =>
      (models.known as ReturnType<typeof signal<unknown>>).set({ list: MODEL_LIST, failed: false }),
    arrived: () => screen.findByRole('button', { name: /^Qwen 3/ }),
  },
};

it.each(Object.entries(LISTS))(
  '%s: what was chosen stays chosen, whatever is there beside it later',
  async (_, list) => {
    const user = userEvent.setup();
    const { client } = renderAt(list.address, {}, list.prepare);
    await screen.findAllByText(/^(Bob|Marie)$/);
    await list.choose(user);
    const chosen = list.chosen();
    expect(chosen).toBeTruthy();
    await list.arrive(client);
    await list.arrived();
    expect(list.chosen()).toBe(chosen);
  },
);

it('the palette goes on from what is chosen, and chooses nothing where that is gone', async () => {
  const user = userEvent.setup();
  const { client } = renderAt('/');
  await screen.findByRole('link', { name: 'Marie' });
  await user.keyboard('{Control>}k{/Control}');
  const options = screen.getAllByRole('option').map((option) => option.textContent);
  await user.keyboard('{ArrowDown}');
  expect(screen.getByRole('option', { selected: true })).toHaveTextContent(options[1] ?? '');
  const { store } = client;
  await store.change(() => {
    store.locrits = [];
    store.conversations = [];
  });
  await expect.poll(() => screen.getAllByRole('option').length).toBeLessThan(options.length);
  const rest = screen.getAllByRole('option').map((option) => option.textContent);
  expect(screen.queryAllByRole('option', { selected: true }).map(({ textContent }) => textContent)).toEqual(
    rest.includes(options[1] ?? '') ? [options[1]] : [],
  );
  await user.keyboard('{ArrowDown}{Home}');
  expect(screen.getAllByRole('option')[0]).toHaveAttribute('aria-selected', 'true');
});
