import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Suspense } from 'react';
import { expect, it } from 'vitest';
import { later, UnfetchedDialog } from './later';

interface Props {
  onClose: () => void;
}

/** Fetched at the second attempt. */
function partly(instead?: typeof UnfetchedDialog) {
  let attempts = 0;
  const fetch = async () => {
    attempts += 1;
    if (attempts === 1) throw new TypeError('Failed to fetch dynamically imported module');
    return { default: (_: Props) => <p>The part</p> };
  };
  const Part = later<Props>(fetch, instead);
  return (onClose = () => {}) =>
    render(
      <>
        <p>What was said</p>
        <Suspense fallback={null}>
          <Part onClose={onClose} />
        </Suspense>
      </>,
    );
}

it.each([undefined, UnfetchedDialog])(
  'what cannot be fetched is said in its place, and had when it is asked for again',
  async (instead) => {
    partly(instead)();
    expect(await screen.findByText(/could not be loaded/)).toBeVisible();
    expect(screen.getByText('What was said')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('The part')).toBeVisible();
  },
);

it('a dialog that could not be fetched is closed, and fetched when it is opened anew', async () => {
  const show = partly(UnfetchedDialog);
  let isClosed = false;
  const view = show(() => {
    isClosed = true;
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Close' }));
  expect(isClosed).toBe(true);
  view.unmount();
  show();
  expect(await screen.findByText('The part')).toBeVisible();
});
