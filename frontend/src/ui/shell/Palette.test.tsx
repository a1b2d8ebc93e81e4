import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, expect, it } from 'vitest';
import { conversationOf } from '../testing/demo-content';
import { renderAt } from '../testing/render';
import { giveLayout } from '../testing/virtual';

beforeAll(giveLayout);

it('offers what one talks about oneself, finds what others do, and says who they are', async () => {
  const user = userEvent.setup();
  const { client } = renderAt('/');
  await screen.findByRole('link', { name: 'Marie' });
  const theirs = { user_id: 'visitor:1', metadata: { guest: 'Ann' } };
  const guests = Array.from({ length: 9 }, (_, at) =>
    conversationOf(`g${at}`, 'Marie', `Asked by a guest ${at}`, 0, theirs),
  );
  const nobody = conversationOf('v', 'Marie', 'Asked by a visitor', 0, { user_id: 'visitor:2' });
  await client.store.change(() => client.store.conversations.unshift(...guests, nobody));
  await user.keyboard('{Control>}k{/Control}');
  expect(await screen.findByRole('option', { name: /Why tea turns bitter/ })).toBeVisible();
  expect(screen.queryByRole('option', { name: /Asked by/ })).toBeNull();
  await user.keyboard('Asked by a');
  expect(await screen.findByRole('option', { name: /Asked by a guest 0.*Marie · Ann/ })).toBeVisible();
  await user.keyboard(' visitor');
  expect(await screen.findByRole('option', { name: /Asked by a visitor.*Marie · Visitor/ })).toBeVisible();
});
