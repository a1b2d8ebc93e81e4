import { useMemo } from 'react';
import { useText } from './text';

const DAY_MS = 86_400_000;

/** Local midnight of the moment's day, in milliseconds: two moments of one day have the same. */
export function dayStart(moment: string | number | Date): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}

/** Whole local days from the moment's day to today; daylight saving does not count. */
export function daysAgo(moment: string | number | Date, now = Date.now()): number {
  return Math.round((dayStart(now) - dayStart(moment)) / DAY_MS);
}

/** Dates, times and numbers as the chosen language writes them, in the reader's time zone. */
export function useFormat() {
  const { language } = useText();
  return useMemo(() => formats(localeOf(language)), [language]);
}

/** The reader's own variant of the language, such as en-GB, where the browser names one. */
function localeOf(language: string): string {
  return navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
}

export function formats(language: string) {
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const full = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
  const dated = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' });
  const short = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const shortYear = new Intl.DateTimeFormat(language, { month: 'short', year: 'numeric' });
  const month = new Intl.DateTimeFormat(language, { month: 'long' });
  const monthShort = new Intl.DateTimeFormat(language, { month: 'short' });
  const monthYear = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric' });
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'short' });
  const ago = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const number = new Intl.NumberFormat(language);
  const thisYear = (moment: string | number | Date) => new Date(moment).getFullYear() === new Date().getFullYear();
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

  return {
    number: (n: number) => number.format(n),
    time: (moment: string | number) => time.format(new Date(moment)),
    full: (moment: string | number) => full.format(new Date(moment)),
    dated: (moment: string | number | Date) => dated.format(new Date(moment)),
    short: (moment: string | number | Date) => short.format(new Date(moment)),
    month: (moment: string | number | Date) => capital(monthShort.format(new Date(moment)).replace('.', '')),
    since: (moment: string | number) => (thisYear(moment) ? month : monthYear).format(new Date(moment)),
    /** A day separator: Today, Yesterday, Monday 3 March, 3 March 2025. */
    day(moment: string | number): string {
      const days = daysAgo(moment);
      if (days < 2) return capital(ago.format(-days, 'day'));
      return capital((thisYear(moment) ? date : dated).format(new Date(moment)));
    },
    /** As short as a list can bear: 14:02, Mon, 3 Mar, Mar 2025. */
    brief(moment: string | number): string {
      const days = daysAgo(moment);
      if (days < 1) return time.format(new Date(moment));
      if (days < 7) return weekday.format(new Date(moment));
      return (thisYear(moment) ? short : shortYear).format(new Date(moment));
    },
  };
}
