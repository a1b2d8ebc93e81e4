import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Bar, BarChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { Locrit } from '../../core';
import { Button } from '../kit/Button';
import { paths } from '../paths';
import { useFormat } from '../text/format-date';
import { memoryText } from '../text/memory';
import { useTextOf } from '../text/text';
import { asLocal, type Day } from './days';
import { SectionTitle } from './SectionTitle';

interface Props {
  days: Day[];
  locrit: Locrit;
}

export default function ActivityChart({ days, locrit }: Props) {
  const t = useTextOf(memoryText);
  const [table, setTable] = useState(false);
  return (
    <section>
      <div className="flex items-baseline justify-between gap-4">
        <SectionTitle>{t.activity}</SectionTitle>
        <Button variant="ghost" small onClick={() => setTable(!table)}>
          {table ? t.asChart : t.asTable}
        </Button>
      </div>
      {table ? <Table days={days} locrit={locrit} /> : <Chart days={days} locrit={locrit} />}
    </section>
  );
}

function Chart({ days, locrit }: Props) {
  const t = useTextOf(memoryText);
  const format = useFormat();
  const navigate = useNavigate();
  const tick = { fill: 'currentColor', fontSize: 11 };
  return (
    <div className="h-48 text-ink-3" role="img" aria-label={t.activity}>
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={days} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <XAxis
            dataKey="day"
            tick={tick}
            tickLine={false}
            axisLine={{ stroke: 'var(--line)' }}
            minTickGap={40}
            tickFormatter={(day: string) => format.short(asLocal(day))}
          />
          <YAxis tick={tick} tickLine={false} axisLine={false} width={28} allowDecimals={false} />
          <Tooltip
            cursor={{ fill: 'var(--paper-3)' }}
            isAnimationActive={false}
            content={({ active, payload }) => {
              const day = payload?.[0]?.payload as Day | undefined;
              if (!active || !day) return null;
              return (
                <div className="rounded-s bg-ink px-2 py-1 text-paper text-xs shadow-high">
                  {t.day(day.messages, format.dated(asLocal(day.day)))}
                </div>
              );
            }}
          />
          <Bar
            dataKey="messages"
            fill="var(--accent)"
            radius={[2, 2, 0, 0]}
            isAnimationActive={false}
            className="cursor-pointer"
            onClick={(_bar, at) => navigate(paths.memoryOf(locrit.name, days[at]?.day ?? ''))}
          />
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

function Table({ days, locrit }: Props) {
  const t = useTextOf(memoryText);
  const format = useFormat();
  return (
    <div className="max-h-72 overflow-y-auto rounded-s border border-line">
      <table className="w-full text-sm tabular-nums">
        <thead className="sticky top-0 bg-paper-2 text-left text-ink-2">
          <tr>
            <th scope="col" className="px-4 py-2 font-[550]">
              {t.date}
            </th>
            <th scope="col" className="px-4 py-2 text-right font-[550]">
              {t.count}
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {days.toReversed().map((day) => (
            <tr key={day.day}>
              <td className="px-4 py-1.5">
                <DayLink day={day} locrit={locrit}>
                  {format.dated(asLocal(day.day))}
                </DayLink>
              </td>
              <td className="px-4 py-1.5 text-right">{day.messages}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DayLink({ day, locrit, children }: { day: Day; locrit: Locrit; children: string }) {
  if (!day.messages) return children;
  return (
    <Link to={paths.memoryOf(locrit.name, day.day)} className="touch-target underline underline-offset-2">
      {children}
    </Link>
  );
}
