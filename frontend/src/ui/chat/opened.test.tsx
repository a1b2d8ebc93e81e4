import { act, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { TooltipProvider } from '../kit/Tooltip';
import { MarkdownText } from './markdown/MarkdownText';
import { Opened } from './opened';
import { Thought } from './parts/Thought';

const FOLDS = [
  '<think>Lyon? Paris?</think>',
  'Paris.',
  '<details>\n<summary>Why</summary>\n\nIt is.\n</details>',
  '<details>\n<summary>Since when</summary>\n\nLong ago.\n</details>',
].join('\n\n');

/** As the list takes a row away that is out of sight. */
function List() {
  const [inSight, setInSight] = useState(true);
  return (
    <TooltipProvider>
      <button type="button" onClick={() => setInSight(!inSight)}>
        scroll
      </button>
      <Opened>
        {inSight && (
          <>
            <MarkdownText messageId="m1" text={FOLDS} />
            <MarkdownText messageId="m2" text={FOLDS} />
            <MarkdownText messageId="m3" text={`\`\`\`\n${'line\n'.repeat(100)}\`\`\``} />
          </>
        )}
      </Opened>
    </TooltipProvider>
  );
}

const folds = () => [...document.querySelectorAll('details')];
const open = () => folds().map((fold) => fold.open);

/** jsdom unfolds nothing by itself. */
function toggle(fold?: HTMLDetailsElement): void {
  if (!fold) throw new Error('There is no such fold.');
  fold.open = !fold.open;
  fireEvent(fold, new Event('toggle'));
}

describe('What a reader unfolded', () => {
  it('is unfolded when its row comes back, and nothing else is', () => {
    render(<List />);
    expect(open()).toEqual(Array(6).fill(false));
    act(() => toggle(folds()[0]));
    act(() => toggle(folds()[5]));
    fireEvent.click(screen.getByRole('button', { expanded: false }));
    for (const _ of ['away', 'back']) fireEvent.click(screen.getByText('scroll'));
    expect(open()).toEqual([true, false, false, false, false, true]);
    expect(screen.getByRole('button', { expanded: true })).toBeTruthy();
  });

  it('is folded again when it was folded again', () => {
    render(<List />);
    for (const _ of ['open', 'close']) act(() => toggle(folds()[1]));
    fireEvent.click(screen.getByText('scroll'));
    fireEvent.click(screen.getByText('scroll'));
    expect(open()).toEqual(Array(6).fill(false));
  });
});

describe('A thought', () => {
  const thought = (streaming: boolean) => (
    <Thought place="thought 0" streaming={streaming} durationS={12.4}>
      hm
    </Thought>
  );

  it('is open while it is thought, and folded with how long that took when the answer begins', () => {
    const { rerender } = render(thought(true));
    expect(open()).toEqual([true]);
    expect(screen.getByText('Thinking…')).toBeTruthy();
    rerender(thought(false));
    expect(open()).toEqual([false]);
    expect(screen.getByText('Thought for 12 s')).toBeTruthy();
  });

  it('stays as the reader leaves it', () => {
    const { rerender } = render(thought(true));
    for (const _ of ['close', 'open']) act(() => toggle(folds()[0]));
    rerender(thought(false));
    expect(open()).toEqual([true]);
  });
});
