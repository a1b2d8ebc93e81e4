import { Shapes } from 'lucide-react';
import { Link } from 'react-router';
import type { Locrit } from '../../core';
import { Skeleton } from '../kit/states';
import { paths } from '../paths';
import { useFormat } from '../text/format-date';
import { memoryText } from '../text/memory';
import { useText, useTextOf } from '../text/text';
import { asLocal, lastDays } from './days';
import { type Summary, useSummary } from './queries';

const ABOUT = 2;

/** What there is, in one sentence. */
export function Opening({ locrit }: { locrit: Locrit }) {
  const t = useText();
  const { data, isError } = useSummary(locrit.name);
  if (isError) return null; // the tabs say so
  return (
    <div className="mb-6 min-h-26">
      {data ? <Known locrit={locrit} summary={data} /> : <Skeleton className="h-20 max-w-110" />}
      <Link
        to={paths.artifacts(locrit.name)}
        className="touch-target mt-2 inline-flex items-center gap-2 text-ink-2 text-sm hover:underline"
      >
        <Shapes aria-hidden className="size-4" />
        {t.locrits.made(locrit.name)}
      </Link>
    </div>
  );
}

function Known({ locrit, summary }: { locrit: Locrit; summary: Summary }) {
  const t = useTextOf(memoryText);
  const format = useFormat();
  const [first] = summary.activity;
  const about = summary.top_concepts.slice(0, ABOUT).map((concept) => concept.name);
  const week = lastDays(summary.activity, 7).reduce((sum, day) => sum + day.messages, 0);
  if (!summary.total_messages)
    return (
      <>
        <p className="serif text-balance text-xl">{t.openingNone(locrit.name)}</p>
        <p className="mt-1 text-pretty text-ink-3">{t.openingNoneHint}</p>
      </>
    );
  return (
    <>
      <p className="serif max-w-[34ch] text-balance text-lg sm:text-2xl">
        {t.opening(summary.total_messages, locrit.name, first ? format.since(asLocal(first.day)) : null, about)}
      </p>
      <p className="mt-1 text-ink-3">{t.lately(week)}</p>
    </>
  );
}
