import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import type { Locrit } from '../../core';
import { paths } from '../paths';
import { useFormat } from '../text/format-date';
import { memoryText } from '../text/memory';
import { useTextOf } from '../text/text';
import { asLocal, type Day, type Level, levelOf, weeks } from './days';
import { SectionTitle } from './SectionTitle';

const WEEKS = 53;

const SHADE: Record<Level, string> = {
  0: 'bg-paper-3',
  1: 'bg-[color-mix(in_oklab,var(--accent)_28%,var(--paper-3))]',
  2: 'bg-[color-mix(in_oklab,var(--accent)_52%,var(--paper-3))]',
  3: 'bg-[color-mix(in_oklab,var(--accent)_76%,var(--paper-3))]',
  4: 'bg-accent',
};

const LEVELS: Level[] = [0, 1, 2, 3, 4];

/** A year of days; where it does not fit, its end is what is seen. For screen readers and the keyboard the timeline has the same doors. */
export function HeatMap({ activity, locrit }: { activity: Day[]; locrit: Locrit }) {
  const t = useTextOf(memoryText);
  const navigate = useNavigate();
  const columns = useMemo(() => weeks(activity, WEEKS), [activity]);
  const busiest = Math.max(1, ...activity.map((day) => day.messages));
  return (
    <section>
      <SectionTitle>{t.year}</SectionTitle>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must take focus to be scrolled with the keyboard. */}
      <div tabIndex={0} dir="rtl" className="overflow-x-auto pb-1">
        <div
          dir="ltr"
          role="img"
          aria-label={`${t.year}: ${activity.length} ${t.countDays(activity.length)}`}
          className="flex min-w-[720px] gap-[3px]"
        >
          {columns.map((days, at) => (
            <Week
              key={days[0]?.day}
              days={days}
              before={columns[at - 1]}
              busiest={busiest}
              onOpen={(day) => navigate(paths.explorer(locrit.name, 'messages', { day }))}
            />
          ))}
        </div>
      </div>
      <div aria-hidden className="mt-2 flex items-center justify-end gap-1 text-ink-3 text-xs">
        <span className="mr-1">{t.less}</span>
        {LEVELS.map((level) => (
          <span key={level} className={`size-2.5 rounded-[2px] ${SHADE[level]}`} />
        ))}
        <span className="ml-1">{t.moreDays}</span>
      </div>
    </section>
  );
}

const monthOf = (week?: Day[]) => week?.[0]?.day.slice(0, 7);

interface WeekProps {
  days: Day[];
  before?: Day[];
  busiest: number;
  onOpen: (day: string) => void;
}

/** For the mouse a day is a door to what was said on it; the timeline has the same doors for the keyboard. */
function Week({ days, before, busiest, onOpen }: WeekProps) {
  const t = useTextOf(memoryText);
  const format = useFormat();
  const first = days[0];
  const begins = first && before && monthOf(days) !== monthOf(before);
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-[3px]">
      <span className="h-4 whitespace-nowrap text-[11px] text-ink-3 leading-4">
        {begins && format.month(asLocal(first.day))}
      </span>
      {days.map((day) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: see above; 371 stops for the Tab key would be no help.
        // biome-ignore lint/a11y/useKeyWithClickEvents: the same.
        <span
          key={day.day}
          onClick={day.messages ? () => onOpen(day.day) : undefined}
          title={t.day(day.messages, format.dated(asLocal(day.day)))}
          className={`aspect-square w-full rounded-[2px] ${day.messages ? 'cursor-pointer hover:outline' : ''} ${SHADE[levelOf(day.messages, busiest)]}`}
        />
      ))}
    </div>
  );
}
