import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formats, localeOf } from './format-date';

const AFTERNOON = new Date(2025, 2, 3, 14, 2).toISOString();

describe('a moment', () => {
  it.each([
    ['en-GB', '14:02'],
    ['en-US', '2:02 PM'],
    ['fr', '14:02'],
    ['de', '14:02'],
  ])('is told by the clock of %s', (locale, told) => {
    const { time, full } = formats(locale);
    expect(time(AFTERNOON).replace('\u202f', ' ')).toBe(told);
    expect(full(AFTERNOON).replace('\u202f', ' ')).toContain(told);
  });

  it('is told in the language of the page and by the clock of the reader', () => {
    expect(localeOf('en', ['de-DE', 'en-GB'])).toBe('en-GB');
    expect(formats(localeOf('en', ['de-DE'])).time(AFTERNOON)).toBe('14:02');
    expect(formats(localeOf('fr', ['en-US'])).time(AFTERNOON)).toMatch(/2:02\sPM/);
    expect(localeOf('en', [])).toBe('en');
  });
});

describe('the interface', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.test|\/format-date)\.tsx?$/.test(file) && !file.includes('testing/'))
    .map((file) => `src/${file}`);
  const FORMATS =
    /DateTimeFormat|RelativeTimeFormat|toLocale(Date|Time)String|to(Date|Time|UTC|GMT)String|slice\(11|getHours|getMinutes/;
  const BARE = /<time(?![^>]*title=)/;

  it('tells dates and times in one way: nothing but format-date.ts makes words of them', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => FORMATS.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('tells the whole moment wherever it shows a part of it', () => {
    expect(files.filter((file) => BARE.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
