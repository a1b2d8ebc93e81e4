import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordDiff } from './diff';

const written = (before: string, after: string) =>
  wordDiff(before, after)
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'added' ? `+${text}+` : `-${text}-`))
    .join('');

describe('the difference of two texts', () => {
  it('is told in words', () => {
    expect(written('Let it boil, then wait.', 'Let it boil, and then wait.')).toBe('Let it boil, +and +then wait.');
    expect(written('three minutes', 'two minutes')).toBe('-three-+two+ minutes');
  });

  it('keeps neighbouring changes together', () => {
    expect(written('a quick brown fox', 'a slow red fox')).toBe('a -quick brown-+slow red+ fox');
  });

  it('is nothing for equal texts, and everything for others', () => {
    expect(written('same', 'same')).toBe('same');
    expect(written('', 'new')).toBe('+new+');
    expect(written('old', '')).toBe('-old-');
  });

  it('finds the changed words of a long text, and tells texts that have nothing in common as a whole', () => {
    const words = Array.from({ length: 6_000 }, (_, at) => `word${at}`);
    const changed = words.map((word, at) => (at % 1_000 === 500 ? 'changed' : word));
    expect(wordDiff(words.join(' '), changed.join(' ')).filter(({ kind }) => kind === 'added')).toHaveLength(6);
    expect(wordDiff(words.join(' '), words.toReversed().join(' '))).toHaveLength(2);
  });

  it('contains both texts, whatever they are', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'é', ' ', '\n', '.', 'word ')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const pieces = wordDiff(before, after);
        const without = (kind: string) => pieces.filter((piece) => piece.kind !== kind).map((piece) => piece.text);
        expect(without('added').join('')).toBe(before);
        expect(without('removed').join('')).toBe(after);
      }),
    );
  });
});
