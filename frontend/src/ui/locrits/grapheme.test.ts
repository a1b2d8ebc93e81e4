import { describe, expect, it } from 'vitest';
import { graphemes, oneGrapheme } from '../text/grapheme';
import { EMOJI } from './emoji';

describe('one picture', () => {
  it.each(['🔧', '👩🏽‍💻', '👨‍👩‍👧‍👦', '🇫🇷', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '#️⃣', '👍🏿', 'e\u0301', 'Z'])('%s is taken whole', (picture) => {
    expect(oneGrapheme(picture, '')).toBe(picture);
  });

  it.each([
    ['🔧', '🔧✨', '✨'],
    ['🇫🇷', '🇫🇷🇩🇪', '🇩🇪'],
    ['A', 'AB', 'B'],
    ['🔧', '', ''],
    ['🔧', '  ', ''],
    ['👩', '👩‍💻', '👩‍💻'],
    ['', 'several words', 's'],
    ['🔧', '✨🔧', '✨'],
  ])('after %s, %s leaves %s', (before, text, left) => {
    expect(oneGrapheme(text, before)).toBe(left);
  });

  it('is all that the picker offers, and each only once', () => {
    expect(EMOJI.filter((emoji) => graphemes(emoji).length !== 1)).toEqual([]);
    expect(new Set(EMOJI).size).toBe(EMOJI.length);
  });
});
