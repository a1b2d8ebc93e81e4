import { useInfiniteQuery } from '@tanstack/react-query';
import { Shapes } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { ListedArtifact, LocritRow } from '../../core';
import { useClient } from '../app-context';
import { FOLLOWS } from '../following';
import { Button } from '../kit/Button';
import { LongList } from '../kit/LongList';
import { SearchBox } from '../kit/SearchBox';
import { EmptyState, ErrorState, Skeleton } from '../kit/states';
import { LocritPage, NamedLocrit } from '../locrits/LocritPage';
import { nextPage } from '../next-page';
import { paths } from '../paths';
import { artifactsText } from '../text/artifacts';
import { Time } from '../text/Time';
import { useText, useTextOf } from '../text/text';
import { useTitle } from '../title';
import { ICONS } from './kinds';
import { FROM_PAGE } from './use-artifacts';

export default function ArtifactsPage() {
  return <NamedLocrit>{(locrit) => <Artifacts key={locrit.id} locrit={locrit} />}</NamedLocrit>;
}

function Artifacts({ locrit }: { locrit: LocritRow }) {
  const t = useTextOf(artifactsText);
  const [query, setQuery] = useState('');
  useTitle(useText().locrits.made(locrit.name));
  return (
    <LocritPage wide locrit={locrit} intro={t.title}>
      <p className="mb-4 text-pretty text-ink-2 text-sm">{t.intro}</p>
      <SearchBox label={t.search} value={query} onSearch={setQuery} />
      <Found key={query} locrit={locrit} query={query} />
    </LocritPage>
  );
}

function useFound(name: string, query: string) {
  const { artifacts } = useClient();
  return useInfiniteQuery({
    queryKey: ['artifacts', name, query],
    queryFn: ({ pageParam }) => artifacts.list(name, query, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    gcTime: 0,
    meta: FOLLOWS,
  });
}

function Found({ locrit, query }: { locrit: LocritRow; query: string }) {
  const all = useText();
  const t = useTextOf(artifactsText);
  const found = useFound(locrit.name, query);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = found;
  const rows = data?.pages.flatMap((page) => page.artifacts) ?? [];
  const isShort = rows.length === 0 && hasNextPage; // a page of those that are called so may be empty
  useEffect(() => {
    if (isShort && !isFetchingNextPage) void fetchNextPage();
  }, [isShort, isFetchingNextPage, fetchNextPage]);
  if (error)
    return (
      <ErrorState
        title={t.failed}
        text={t.failedText}
        action={<Button onClick={() => refetch()}>{all.retry}</Button>}
      />
    );
  if (!data || isShort) return <Skeleton className="mt-4 h-40" />;
  if (rows.length === 0)
    return query ? (
      <EmptyState title={t.notFound(query)} />
    ) : (
      <EmptyState icon={<Shapes />} title={t.none} text={t.noneText} />
    );
  return (
    <LongList
      boxed
      className="mt-4"
      label={t.title}
      rows={rows}
      keyOf={({ id }) => id}
      height={ROW_PX}
      onEnd={nextPage(found)}
    >
      {(row) => <Row locrit={locrit} row={row} />}
    </LongList>
  );
}

const ROW_PX = 64;

function Row({ locrit, row }: { locrit: LocritRow; row: ListedArtifact }) {
  const t = useText();
  const artifacts = useTextOf(artifactsText);
  const Icon = ICONS[row.type];
  const where = row.conversation_title || t.conversations.untitled;
  return (
    <Link
      to={`${paths.chat(locrit.name, row.conversation_id, row.message_id ?? undefined)}${row.message_id ? '&' : '?'}artifact=${encodeURIComponent(row.id)}`}
      state={FROM_PAGE}
      className="flex h-16 items-center gap-4 px-4 hover:bg-paper-3"
    >
      <Icon aria-hidden className="size-5 shrink-0 text-accent" />
      <span className="min-w-0 flex-1">
        <span dir="auto" className="block truncate font-[550] text-sm">
          {row.name}
        </span>
        <span dir="auto" className="block truncate text-ink-3 text-xs">
          {artifacts.kinds[row.type]}
          {row.version > 1 && ` · ${artifacts.version(row.version)}`} · {where}
        </span>
      </span>
      <span className="hidden shrink-0 text-ink-3 text-xs sm:block">
        <Time moment={row.updated_at} as="dated" />
      </span>
    </Link>
  );
}
