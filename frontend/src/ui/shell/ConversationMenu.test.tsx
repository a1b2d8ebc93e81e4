import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, it } from 'vitest';
import { renderAt } from '../testing/render';
import { giveLayout } from '../testing/virtual';

beforeAll(giveLayout);

it('stays open when the one before it gives the focus back late', async () => {
  renderAt('/my-locrits/Bob/chat/tea');
  const sidebar = await screen.findByRole('navigation', { name: 'Main' });
  const [first, second] = await within(sidebar).findAllByRole('button', { name: /^Actions for/ });
  fireEvent.click(first as Element);
  fireEvent.click(await screen.findByRole('menuitem', { name: /star/i }));
  fireEvent.click(second as Element); // before a timer of the first
  const label = (second as Element).getAttribute('aria-label') ?? '';
  await waitFor(() => expect(screen.getByRole('menu')).toHaveAccessibleName(label));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(screen.getByRole('menu')).toHaveAccessibleName(label);
});
