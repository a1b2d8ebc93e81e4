import { afterEach, describe, expect, it } from 'vitest';
import { boundsOf, isDay, lastDays, levelOf, months, weeks } from './days';

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

  it('sums months up, also those without words, to this one', () => {
    const activity = [
      { day: '2025-12-31', messages: 2 },
      { day: '2026-02-01', messages: 3 },
      { day: '2026-02-28', messages: 1 },
    ];
    expect(months(activity, NOW)).toEqual([
      { month: '2025-12', messages: 2, total: 2 },
      { month: '2026-01', messages: 0, total: 2 },
      { month: '2026-02', messages: 4, total: 6 },
      { month: '2026-03', messages: 0, total: 6 },
    ]);
    expect(months([], NOW)).toEqual([]);
  });

  it('shades the busiest day darkest, and shows a single message', () => {
    expect([0, 1, 25, 100].map((messages) => levelOf(messages, 100))).toEqual([0, 1, 2, 4]);
  });
});

describe('days of the reader', () => {
  const home = process.env.TZ;
  afterEach(() => {
    process.env.TZ = home ?? '';
  });

  it.each([
    ['Asia/Kathmandu', '2026-03-04', '2026-03-03T18:15:00.000Z', '2026-03-04T18:15:00.000Z'],
    ['America/Los_Angeles', '2026-03-04', '2026-03-04T08:00:00.000Z', '2026-03-05T08:00:00.000Z'],
    ['Europe/Paris', '2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['Europe/Paris', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
  ])('begin and end in %s with their midnights', (zone, day, after, before) => {
    process.env.TZ = zone;
    expect(boundsOf(day)).toEqual({ after, before });
  });

  it.each([
    ['Asia/Kathmandu', '2026-03-04T18:30:00Z', '2026-03-05'],
    ['America/Los_Angeles', '2026-03-04T07:59:00Z', '2026-03-03'],
  ])('are today in %s', (zone, now, day) => {
    process.env.TZ = zone;
    expect(lastDays([], 1, Date.parse(now))).toEqual([{ day, messages: 0 }]);
  });

  it('are told from other texts', () => {
    expect(['2026-03-04', '2026-13-04', 'x', ''].map(isDay)).toEqual([true, false, false, false]);
  });
});
