import type { components } from '../../protocol.gen';

export type Day = components['schemas']['DayActivity'];

const DAY_MS = 86_400_000;

/** A day is a date of the reader's; arithmetic is on dates, as if they were UTC's, whose days are all as long. */
const utc = (day: string) => Date.parse(`${day}T00:00:00Z`);
const nameOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const today = (now: number) => utc(dateOf(now));

function dateOf(moment: number): string {
  const date = new Date(moment);
  return nameOf(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
}

/** The reader's date at a moment. */
export const nameOfDay = (moment: string) => dateOf(Date.parse(moment));

/** Noon of a day, so that formatting it in the reader's zone names the same date. */
export const asLocal = (day: string) => new Date(`${day}T12:00:00`);

export const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(asLocal(text).getTime());

/** The beginning of an hour of some day of the reader's. */
export const asHour = (hour: number) => new Date(2000, 0, 1, hour);

export const HOURS = Array.from({ length: 24 }, (_, hour) => `${hour}`);

/** When a day begins and when the next one does: mostly, not always, 24 hours later. */
export function boundsOf(day: string): { after: string; before: string } {
  const date = asLocal(day);
  const midnight = (days: number) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).toISOString();
  return { after: midnight(0), before: midnight(1) };
}

/** The last `count` days, oldest first, with zeros where nothing was said. */
export function lastDays(activity: Day[], count: number, now = Date.now()): Day[] {
  const counts = new Map(activity.map((each) => [each.day, each.messages]));
  return Array.from({ length: count }, (_, at) => {
    const day = nameOf(today(now) - (count - 1 - at) * DAY_MS);
    return { day, messages: counts.get(day) ?? 0 };
  });
}

/** Weeks of seven days from Monday, oldest first, ending in the current week, which stops at today. */
export function weeks(activity: Day[], count: number, now = Date.now()): Day[][] {
  const weekday = (new Date(today(now)).getUTCDay() + 6) % 7;
  const days = lastDays(activity, (count - 1) * 7 + weekday + 1, now);
  return Array.from({ length: count }, (_, week) => days.slice(week * 7, week * 7 + 7));
}

/** A month of the reader's, YYYY-MM, with how much was said in it and until its end. */
export interface Month {
  month: string;
  messages: number;
  total: number;
}

export const monthOf = (day: string) => day.slice(0, 7);

/** From the first month with words to this one, also those without. */
export function months(activity: Day[], now = Date.now()): Month[] {
  const [first] = activity;
  if (!first) return [];
  const counts = new Map<string, number>();
  for (const { day, messages } of activity) counts.set(monthOf(day), (counts.get(monthOf(day)) ?? 0) + messages);
  const last = monthOf(dateOf(now));
  const all: Month[] = [];
  let total = 0;
  for (let month = monthOf(first.day); month <= last; month = monthOf(nameOf(utc(`${month}-28`) + 5 * DAY_MS))) {
    const messages = counts.get(month) ?? 0;
    total += messages;
    all.push({ month, messages, total });
  }
  return all;
}

export type Level = 0 | 1 | 2 | 3 | 4;

/** How dark a day is: quarters of the busiest day, on a square-root scale so that a lively day does not hide the others. */
export function levelOf(messages: number, busiest: number): Level {
  if (!messages) return 0;
  return Math.max(1, Math.ceil(Math.sqrt(messages / busiest) * 4)) as Level;
}
