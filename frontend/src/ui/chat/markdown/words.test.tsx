import { render } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MARKDOWN, REPLIES } from '../../../../tests/markdown';
import { lettersOf, missing, shownIn, wordsOf } from '../../../../tests/words';
import { TooltipProvider } from '../../kit/Tooltip';
import { MarkdownText } from './MarkdownText';

/** Characters that arrive at once: one, and as many as fill the time between two drawings. */
const STEPS = [17, 43];

const page = (text: string, streaming: boolean) => (
  <TooltipProvider>
    <MarkdownText messageId="m1" text={text} streaming={streaming} />
  </TooltipProvider>
);

/** Shows each beginning of the text after the other, as a stream does. */
function stream(text: string, step: number, look: (container: Element, prefix: string) => void): void {
  const { container, rerender, unmount } = render(page('', true));
  for (let end = step; end < text.length; end += step) {
    rerender(page(text.slice(0, end), true));
    look(container, text.slice(0, end));
  }
  rerender(page(text, false));
  look(container, text);
  unmount();
}

function expectWords(container: Element, source: string): void {
  expect(missing(wordsOf(source), [...shownIn(container)]), source).toBeUndefined();
}

describe('The words on the page', () => {
  it('is tried with sixty replies', () => expect(REPLIES).toHaveLength(60));

  it.each(REPLIES)('are those of the source at every moment: $name', ({ text }) => {
    for (const step of STEPS) stream(text, step, expectWords);
  });

  it.each(REPLIES)('are none but those of the source: $name', ({ text }) => {
    const { container } = render(page(text, false));
    expect(missing(lettersOf(shownIn(container)), lettersOf(text))).toBeUndefined();
  });
});

const letters = (text: string) => lettersOf(wordsOf(text).join(''));

describe('Generated Markdown', () => {
  it('keeps its words, at its end and at every moment', () => {
    fc.assert(
      fc.property(MARKDOWN, fc.integer({ min: 4, max: 60 }), (text, step) => {
        stream(text, step, (container, prefix) => {
          expect(missing(letters(prefix), lettersOf(shownIn(container))), prefix).toBeUndefined();
        });
      }),
      { numRuns: 100 },
    );
  });
});
