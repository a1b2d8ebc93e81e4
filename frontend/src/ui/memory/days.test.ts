import { describe, expect, it } from 'vitest';
import { lastDays, levelOf, weeks } from './days';

const NOW = Date.parse('2026-03-04T10:00:00Z'); // A Wednesday.

describe('days of activity', () => {
  it('fills the days on which nothing was said', () => {
    const days = lastDays([{ day: '2026-03-03', messages: 4 }], 3, NOW);
    expect(days).toEqual([
      { day: '2026-03-02', messages: 0 },
      { day: '2026-03-03', messages: 4 },
      { day: '2026-03-04', messages: 0 },
    ]);
  });

  it('begins weeks on Monday and ends with today', () => {
    const year = weeks([], 53, NOW);
    expect(year).toHaveLength(53);
    expect(year.slice(0, -1).every((week) => week.length === 7)).toBe(true);
    expect(year[52]?.map(({ day }) => day)).toEqual(['2026-03-02', '2026-03-03', '2026-03-04']);
  });

  it('shades the busiest day darkest, and shows a single message', () => {
    expect([0, 1, 25, 100].map((messages) => levelOf(messages, 100))).toEqual([0, 1, 2, 4]);
  });
});
