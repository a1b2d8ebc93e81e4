import { useText } from './text';

const DAY_MS = 86_400_000;

type Moment = string | number | Date;

/** Local midnight of the moment's day, in milliseconds: two moments of one day have the same. */
export function dayStart(moment: Moment): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}

/** Whole local days from the moment's day to today; daylight saving does not count. */
export function daysAgo(moment: Moment, now = Date.now()): number {
  return Math.round((dayStart(now) - dayStart(moment)) / DAY_MS);
}

type Formats = ReturnType<typeof formats>;

const known = new Map<string, Formats>();

/** Dates, times and numbers as the chosen language writes them, in the reader's time zone. */
export function useFormat(): Formats {
  const locale = localeOf(useText().language);
  const format = known.get(locale) ?? formats(locale);
  known.set(locale, format);
  return format;
}

/**
 * The reader's own variant of the language, such as en-GB, where the browser names one. Who reads another language than
 * their own keeps their own clock, of 12 or 24 hours.
 */
export function localeOf(language: string, preferred = navigator.languages): string {
  const own = preferred.find((tag) => tag.startsWith(language));
  if (own || !preferred[0]) return own ?? language;
  const { hourCycle } = new Intl.DateTimeFormat(preferred[0], { hour: 'numeric' }).resolvedOptions();
  return `${language}-u-hc-${hourCycle}`;
}

export function formats(language: string) {
  /** A browser takes a millisecond to make one: it is made when it is first used. */
  const date = (options: Intl.DateTimeFormatOptions) => {
    let format: Intl.DateTimeFormat | undefined;
    return (moment: Moment) => {
      format ??= new Intl.DateTimeFormat(language, options);
      return format.format(new Date(moment));
    };
  };
  const time = date({ timeStyle: 'short' });
  const dated = date({ day: 'numeric', month: 'long', year: 'numeric' });
  const dayAndMonth = date({ weekday: 'long', day: 'numeric', month: 'long' });
  const short = date({ day: 'numeric', month: 'short' });
  const shortYear = date({ month: 'short', year: 'numeric' });
  const month = date({ month: 'long' });
  const monthShort = date({ month: 'short' });
  const monthYear = date({ month: 'long', year: 'numeric' });
  const weekday = date({ weekday: 'short' });
  const ago = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const number = new Intl.NumberFormat(language);
  const thisYear = (moment: Moment) => new Date(moment).getFullYear() === new Date().getFullYear();
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

  return {
    number: (n: number) => number.format(n),
    time,
    full: date({ dateStyle: 'long', timeStyle: 'short' }),
    dated,
    monthYear: (moment: Moment) => capital(monthYear(moment)),
    short,
    month: (moment: Moment) => capital(monthShort(moment).replace('.', '')),
    since: (moment: Moment) => (thisYear(moment) ? month : monthYear)(moment),
    /** A day separator: Today, Yesterday, Monday 3 March, 3 March 2025. */
    day(moment: Moment): string {
      const days = daysAgo(moment);
      if (days < 2) return capital(ago.format(-days, 'day'));
      return capital((thisYear(moment) ? dayAndMonth : dated)(moment));
    },
    /** As short as a list can bear: 14:02, Mon, 3 Mar, Mar 2025. */
    brief(moment: Moment): string {
      const days = daysAgo(moment);
      if (days < 1) return time(moment);
      if (days < 7) return weekday(moment);
      return (thisYear(moment) ? short : shortYear)(moment);
    },
  };
}

/** The zone whose days the reader lives in, where the browser knows it. */
export function zone(): string | undefined {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return timeZone && timeZone !== 'Etc/Unknown' ? timeZone : undefined;
}
