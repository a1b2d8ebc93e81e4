import { render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TooltipProvider } from '../../kit/Tooltip';
import { MarkdownText } from './MarkdownText';
import { PlainOnError } from './PlainOnError';
import { Written } from './Written';

const WORDS = '**a** <b>\n\n  1 < 2 $x$';

function Undrawable(): never {
  throw new RangeError('nested too deeply');
}

const page = (broken: boolean, resetKey: boolean) => (
  <TooltipProvider>
    <MarkdownText messageId="before" text="*before*" />
    <section aria-label="this one">
      <PlainOnError instead={<Written text={WORDS} />} resetKey={resetKey}>
        {broken ? <Undrawable /> : <p>drawn</p>}
      </PlainOnError>
    </section>
    <MarkdownText messageId="after" text="*after*" />
  </TooltipProvider>
);

const shown = () => screen.getByRole('region', { name: 'this one' }).textContent;

describe('A message that cannot be drawn', () => {
  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => {}); // React says why, and the page goes on
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('stands as it was written, and those beside it are drawn', () => {
    const { container } = render(page(true, true));
    expect(shown()).toBe(WORDS);
    expect([...container.querySelectorAll('em')].map(({ textContent }) => textContent)).toEqual(['before', 'after']);
    expect(console.error).toHaveBeenCalled();
  });

  it('is tried again when it is whole', () => {
    const { rerender } = render(page(true, true));
    rerender(page(false, true));
    expect(shown()).toBe(WORDS);
    rerender(page(false, false));
    expect(shown()).toBe('drawn');
  });
});
