import { Link } from 'react-router';
import type { Locrit } from '../../core';
import { paths } from '../paths';
import { explorerText } from '../text/explorer';
import { useFormat } from '../text/format-date';
import { useTextOf } from '../text/text';
import { asHour, asLocal, type Day, type Month, months } from './days';
import { SectionTitle } from './SectionTitle';

/** More would be thinner than a finger. */
const MOST_MONTHS = 24;
const FEW_MONTHS = 12;
/** Of its busiest column, so that one that is not empty can be seen. */
const LEAST = 0.02;

const percent = (part: number, whole: number) => `${100 * Math.max(part / Math.max(1, whole), part ? LEAST : 0)}%`;

/** How much there was at the end of each month, and how much of it was new; a month leads to its days. */
export function Growth({ activity, locrit }: { activity: Day[]; locrit: Locrit }) {
  const t = useTextOf(explorerText);
  const all = months(activity).slice(-MOST_MONTHS);
  const most = all.at(-1)?.total ?? 0;
  return (
    <section>
      <SectionTitle>{t.growth}</SectionTitle>
      <ol className="flex h-40 items-stretch gap-1">
        {all.map((month, at) => (
          <Column
            key={month.month}
            month={month}
            most={most}
            named={at % Math.ceil(all.length / FEW_MONTHS) === 0}
            locrit={locrit}
          />
        ))}
      </ol>
    </section>
  );
}

interface ColumnProps {
  month: Month;
  most: number;
  named: boolean;
  locrit: Locrit;
}

function Column({ month: { month, messages, total }, most, named, locrit }: ColumnProps) {
  const t = useTextOf(explorerText);
  const format = useFormat();
  const date = asLocal(`${month}-01`);
  const label = t.grown(format.since(date), messages, total);
  return (
    <li className="min-w-0 max-w-16 flex-1">
      <Link
        to={paths.explorer(locrit.name, 'timeline', { until: month })}
        aria-label={label}
        title={label}
        className="group flex h-full flex-col rounded-s"
      >
        <span className="flex flex-1 flex-col justify-end">
          <span className="rounded-t-[2px] bg-accent" style={{ height: percent(messages, most) }} />
          <span
            className="bg-accent-line group-hover:bg-accent-soft"
            style={{ height: percent(total - messages, most) }}
          />
        </span>
        <span className="h-5 overflow-visible whitespace-nowrap border-line border-t text-[11px] text-ink-3 leading-5">
          {named && format.month(date)}
        </span>
      </Link>
    </li>
  );
}

/** By the reader's clock. */
export function Hours({ hours, locrit }: { hours: number[]; locrit: Locrit }) {
  const t = useTextOf(explorerText);
  const format = useFormat();
  const most = Math.max(...hours);
  const nameOf = (hour: number) => format.time(asHour(hour));
  return (
    <section>
      <SectionTitle>{t.hours}</SectionTitle>
      <ol className="flex h-28 items-end gap-[3px]">
        {hours.map((count, hour) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place.
          <li key={hour} className="h-full flex-1">
            <Link
              to={paths.explorer(locrit.name, 'messages', { hour: `${hour}` })}
              aria-label={t.atHour(nameOf(hour), count)}
              title={t.atHour(nameOf(hour), count)}
              className="flex h-full flex-col justify-end rounded-s hover:bg-paper-2"
            >
              <span className="rounded-t-[2px] bg-accent" style={{ height: percent(count, most) }} />
            </Link>
          </li>
        ))}
      </ol>
      <p aria-hidden className="mt-1 flex justify-between border-line border-t pt-1 text-[11px] text-ink-3">
        {[0, 6, 12, 18, 23].map((hour) => (
          <span key={hour}>{nameOf(hour)}</span>
        ))}
      </p>
    </section>
  );
}

interface Share {
  name: string;
  count: number;
  label: string;
  to: string;
}

/** The first has the longest bar; each leads to what it counts. */
export function Shares({ title, shares }: { title: string; shares: Share[] }) {
  const format = useFormat();
  if (!shares.length) return null;
  const most = shares[0]?.count ?? 0;
  return (
    <section>
      <SectionTitle>{title}</SectionTitle>
      <ol className="flex flex-col gap-1">
        {shares.map(({ name, count, label, to }) => (
          <li key={name}>
            <Link to={to} aria-label={label} className="-mx-2 block rounded-s px-2 py-1 hover:bg-paper-2">
              <span className="flex justify-between gap-4 text-sm">
                <span dir="auto" className="min-w-0 truncate">
                  {name}
                </span>
                <span className="text-ink-2 tabular-nums">{format.number(count)}</span>
              </span>
              <span className="mt-1 block h-1 rounded-full bg-paper-3">
                <span className="block h-full rounded-full bg-accent" style={{ width: percent(count, most) }} />
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
