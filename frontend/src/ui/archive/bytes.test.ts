import { describe, expect, it } from 'vitest';
import { formatBytes } from './bytes';

describe('a size', () => {
  it.each([
    [0, '0 byte'],
    [999, '999 byte'],
    [4120, '4.1 kB'],
    [48_300_000, '48 MB'],
    [212e9, '212 GB'],
    [9e18, '9,000,000 TB'],
  ])('of %d bytes is %s', (bytes, words) => expect(formatBytes(bytes, 'en')).toBe(words));
});
