import { MessagesSquare, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { LocritRow } from '../../core';
import { Button } from '../kit/Button';
import { LongList } from '../kit/LongList';
import { EmptyState, Skeleton } from '../kit/states';
import { nextPage } from '../next-page';
import { explorerText } from '../text/explorer';
import { useFormat, zone } from '../text/format-date';
import { memoryText } from '../text/memory';
import { useTextOf } from '../text/text';
import { Correctable, type Corrections } from './Correctable';
import { asLocal, boundsOf, HOURS, isDay } from './days';
import { Export } from './Export';
import { MemoryFailed } from './MemoryFailed';
import { MessageFilters, NONE } from './MessageFilters';
import { type Filters, type Found, useFound } from './queries';
import { useFilters } from './use-filters';

const ROW_PX = 96;

/** Everything that was said, the newest first; or what is looked for, in one conversation, of a day, at an hour, by whom. */
export function MessagesTab({ locrit }: { locrit: LocritRow }) {
  const [filter, set] = useFilters();
  const day = filter('day');
  const role = filter('role');
  const filters: Filters = {
    q: filter('q'),
    ...(filter('conversation') && { conversation_id: filter('conversation') }),
    ...(filter('model') && { model: filter('model') }),
    ...((role === 'user' || role === 'assistant') && { role }),
    ...(isDay(day) && boundsOf(day)),
    ...(HOURS.includes(filter('hour')) && { hour: Number(filter('hour')), tz: zone() }),
  };
  return (
    <>
      <MessageFilters locrit={locrit} />
      <Messages locrit={locrit} filters={filters} day={isDay(day) ? day : ''} onAll={() => set(NONE)} />
    </>
  );
}

interface Props {
  locrit: LocritRow;
  filters: Filters;
  day: string;
  onAll: () => void;
}

function Messages({ locrit, filters, day, onAll }: Props) {
  const memory = useTextOf(memoryText);
  const found = useFound(locrit.name, filters);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = found;
  const [corrected, correct] = useState<Corrections>(new Map());
  const hits = shown(data?.pages.flatMap((page) => page.hits) ?? [], corrected);
  const isShort = hits.length === 0 && hasNextPage; // a search looks at so much at a time
  useEffect(() => {
    if (isShort && !isFetchingNextPage) void fetchNextPage();
  }, [isShort, isFetchingNextPage, fetchNextPage]);
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data || isShort) return <Skeleton className="h-60" />;
  if (!hits.length) return <Nothing q={filters.q ?? ''} isAll={Object.keys(filters).length === 1} onAll={onAll} />;
  return (
    <>
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <Note filters={filters} day={day} count={hits.length} more={hasNextPage} />
        <Export locrit={locrit} what="messages" />
      </div>
      <LongList
        label={memory.messages}
        rows={hits}
        keyOf={(hit) => hit.message_id}
        height={ROW_PX}
        onEnd={nextPage(found)}
      >
        {(hit) => (
          <Correctable
            message={hit}
            locrit={locrit}
            onCorrect={(correction) => correct((now) => withCorrection(now, hit.message_id, correction))}
          />
        )}
      </LongList>
    </>
  );
}

function withCorrection(now: Corrections, id: string, correction: string | null | undefined): Corrections {
  const next = new Map(now);
  if (correction === undefined) next.delete(id);
  else next.set(id, correction);
  return next;
}

/** Each once, as it is since it was corrected here. */
function shown(hits: Found[], corrected: Corrections): Found[] {
  const each = new Map(hits.map((hit) => [hit.message_id, hit]));
  return [...each.values()].flatMap((hit) => {
    const correction = corrected.get(hit.message_id);
    if (correction === null) return [];
    return [correction === undefined ? hit : { ...hit, snippet: correction }];
  });
}

interface NoteProps {
  filters: Filters;
  day: string;
  count: number;
  more: boolean;
}

function Note({ filters: { q, ...others }, day, count, more }: NoteProps) {
  const t = useTextOf(explorerText);
  const memory = useTextOf(memoryText);
  const format = useFormat();
  const words = () => {
    if (q) return more ? t.bestFirst : memory.hits(count, q);
    if (!day || Object.keys(others).length > 2) return t.newestFirst;
    const date = format.dated(asLocal(day));
    return more ? memory.lastOf(count, date) : memory.day(count, date);
  };
  return (
    <p role="status" className="text-ink-3 text-sm">
      {words()}
    </p>
  );
}

function Nothing({ q, isAll, onAll }: { q: string; isAll: boolean; onAll: () => void }) {
  const t = useTextOf(explorerText);
  const memory = useTextOf(memoryText);
  if (isAll && !q) return <EmptyState icon={<MessagesSquare />} title={t.noMessages} text={t.noMessagesHint} />;
  return (
    <EmptyState
      icon={<Search />}
      title={q ? memory.noHits(q) : t.nothingSuch}
      text={q && isAll ? memory.noHitsHint : t.nothingSuchHint}
      action={<Button onClick={onAll}>{t.showAll}</Button>}
    />
  );
}
