import { screen, within } from '@testing-library/react';
import { beforeAll, expect, it } from 'vitest';
import { conversationOf } from '../testing/demo-content';
import { renderAt } from '../testing/render';
import { giveLayout } from '../testing/virtual';

beforeAll(giveLayout);

it('leads back to what one talked about oneself, whatever guests and visitors said since', async () => {
  const { client } = renderAt('/my-locrits/Marie/chat');
  const resume = await screen.findByRole('heading', { name: 'Pick up where you left off' });
  const theirs = ['visitor:1', 'visitor:2', 'visitor:3'].map((user_id) =>
    conversationOf(user_id, 'Marie', `Of ${user_id}`, 0, { user_id }),
  );
  const mine = conversationOf('mine', 'Marie', 'Of myself', 0);
  await client.store.change(() => client.store.conversations.unshift(...theirs, mine));
  const list = within(resume.closest('section') as HTMLElement);
  expect(await list.findByRole('link', { name: /Of myself/ })).toBeVisible();
  expect(list.queryByRole('link', { name: /Of visitor/ })).toBeNull();
});
