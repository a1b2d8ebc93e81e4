import { describe, expect, it } from 'vitest';
import { type Language, languageOf, textOf } from './text';
import { daysAgo, formats } from './when';

describe('the language', () => {
  it('is the first preferred one that is known, else English', () => {
    expect(languageOf('system', ['de-DE', 'fr-CA', 'en'])).toBe('fr');
    expect(languageOf('system', ['de-DE'])).toBe('en');
    expect(languageOf('en', ['fr'])).toBe('en');
  });

  it.each<Language>(['en', 'fr'])('counts properly in %s', (language) => {
    const { locrits } = textOf(language);
    expect(locrits.messages(1)).toBe('1 message');
    expect(locrits.messages(2)).toBe('2 messages');
  });
});

describe('months', () => {
  it.each<Language>(['en', 'fr'])('are short and told apart in %s', (language) => {
    const names = Array.from({ length: 12 }, (_, month) => formats(language).month(new Date(2026, month, 3)));
    expect(new Set(names).size).toBe(12);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(4);
  });
});

describe('days', () => {
  it('are counted by midnights, not by hours', () => {
    const lateYesterday = new Date(2026, 2, 3, 23, 59);
    const earlyToday = new Date(2026, 2, 4, 0, 1).getTime();
    expect(daysAgo(lateYesterday, earlyToday)).toBe(1);
  });
});
