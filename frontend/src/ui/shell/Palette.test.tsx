import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, expect, it } from 'vitest';
import { conversationOf } from '../testing/demo-content';
import { renderAt } from '../testing/render';
import { giveLayout } from '../testing/virtual';

beforeAll(giveLayout);

it('keeps what was chosen, whatever is found beside it later', async () => {
  const user = userEvent.setup();
  const { client } = renderAt('/');
  await screen.findByRole('link', { name: 'Marie' });
  await user.keyboard('{Control>}k{/Control}');
  await user.keyboard('{End}{ArrowUp}');
  const chosen = screen.getByRole('option', { selected: true }).textContent;
  const conversation = conversationOf('later', 'Marie', 'Found later', 0);
  await client.store.change(() => client.store.conversations.unshift(conversation));
  await screen.findByRole('option', { name: /Found later/ });
  expect(screen.getByRole('option', { selected: true })).toHaveTextContent(chosen ?? '');
  await user.keyboard('{ArrowDown}{Home}');
  expect(screen.getAllByRole('option')[0]).toHaveAttribute('aria-selected', 'true');
});
