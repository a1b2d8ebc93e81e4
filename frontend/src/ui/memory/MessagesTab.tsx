import { Search, X } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Locrit } from '../../core';
import { Button, IconButton } from '../kit/Button';
import { Input, Select } from '../kit/Field';
import { EmptyState, Skeleton } from '../kit/states';
import { useFormat } from '../text/format-date';
import { memoryText } from '../text/memory';
import { useTextOf } from '../text/text';
import { asLocal, isDay } from './days';
import { MemoryFailed } from './MemoryFailed';
import { MessageCard } from './MessageCard';
import {
  type Found,
  type Hit,
  type Remembered,
  useDay,
  useHits,
  useSessionMessages,
  useSessions,
  useSummary,
} from './queries';

const STEP = 20;
/** The server answers with no more matches than this. */
const MOST = 200;
/** A pause this long (ms) in typing is a search. */
const PAUSE_MS = 250;

/** Everything that was said: the newest, one conversation, or what a search finds. */
export function MessagesTab({ locrit }: { locrit: Locrit }) {
  const [search, setSearch] = useSearchParams();
  const query = search.get('q') ?? '';
  const session = search.get('session') ?? '';
  const day = search.get('day') ?? '';
  const set = (next: Record<string, string>) =>
    setSearch(
      { tab: 'messages', ...Object.fromEntries(Object.entries(next).filter(([, value]) => value)) },
      { replace: true },
    );
  return (
    <>
      <div className="mb-4 flex flex-wrap gap-2">
        <SearchBox query={query} onSearch={(q) => set({ q })} />
        <SessionSelect locrit={locrit} session={session} onChoose={(id) => set({ session: id })} />
      </div>
      {query ? (
        <Hits key={query} locrit={locrit} query={query} />
      ) : session ? (
        <OfSession key={session} locrit={locrit} session={session} />
      ) : isDay(day) ? (
        <OfDay key={day} locrit={locrit} day={day} onAll={() => set({})} />
      ) : (
        <Newest locrit={locrit} />
      )}
    </>
  );
}

function SearchBox({ query, onSearch }: { query: string; onSearch: (query: string) => void }) {
  const t = useTextOf(memoryText);
  const [text, setText] = useState(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing searches.
  useEffect(() => {
    const timer = setTimeout(() => text.trim() !== query && onSearch(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  function submit(event: FormEvent) {
    event.preventDefault();
    onSearch(text.trim());
  }

  return (
    <search className="relative min-w-56 flex-1">
      <form onSubmit={submit}>
        <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-4 text-ink-3" />
        <Input
          aria-label={t.search}
          placeholder={t.search}
          value={text}
          maxLength={500}
          onChange={(event) => setText(event.target.value)}
          className="pr-10 pl-9"
        />
        {text && (
          <IconButton
            small
            label={t.clear}
            className="absolute top-1.5 right-1.5 pointer-coarse:top-0 pointer-coarse:right-0"
            onClick={() => setText('')}
          >
            <X />
          </IconButton>
        )}
      </form>
    </search>
  );
}

interface SelectProps {
  locrit: Locrit;
  session: string;
  onChoose: (id: string) => void;
}

function SessionSelect({ locrit, session, onChoose }: SelectProps) {
  const t = useTextOf(memoryText);
  const { data } = useSessions(locrit.name);
  const sessions = data?.pages.flatMap((page) => page.sessions) ?? [];
  return (
    <Select
      aria-label={t.inSession}
      className="max-w-full sm:w-60"
      value={session}
      onChange={(event) => onChoose(event.target.value)}
    >
      <option value="">{t.allSessions}</option>
      {sessions.map((each) => (
        <option key={each.id} value={each.id}>
          {each.name || each.topic || t.untitled}
        </option>
      ))}
    </Select>
  );
}

function Messages({ locrit, messages }: { locrit: Locrit; messages: (Remembered | Hit)[] }) {
  return (
    <ul>
      {messages.map((message) => (
        <MessageCard key={message.id} message={message} locrit={locrit} />
      ))}
    </ul>
  );
}

function Note({ children }: { children: string }) {
  return (
    <p role="status" className="mb-2 text-ink-3 text-sm">
      {children}
    </p>
  );
}

function Waiting() {
  return (
    <div className="flex flex-col gap-3">
      {[0, 1, 2, 3].map((n) => (
        <Skeleton key={n} className="h-16" />
      ))}
    </div>
  );
}

function Hits({ locrit, query }: { locrit: Locrit; query: string }) {
  const t = useTextOf(memoryText);
  const [limit, setLimit] = useState(STEP);
  const { data, error, refetch } = useHits(locrit.name, query, limit);
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  if (!data.results.length) return <EmptyState icon={<Search />} title={t.noHits(query)} text={t.noHitsHint} />;
  const full = data.results.length >= limit;
  return (
    <>
      <Note>{full ? t.hitsMore(data.results.length, query) : t.hits(data.results.length, query)}</Note>
      <Messages locrit={locrit} messages={data.results} />
      {full && limit < MOST && (
        <Button className="mt-4" onClick={() => setLimit(Math.min(limit * 2, MOST))}>
          {t.more}
        </Button>
      )}
    </>
  );
}

function Newest({ locrit }: { locrit: Locrit }) {
  const t = useTextOf(memoryText);
  const { data, error, refetch } = useSummary(locrit.name);
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  if (!data.recent_messages.length) return <EmptyState title={t.openingNone(locrit.name)} text={t.openingNoneHint} />;
  return (
    <>
      <Note>{t.newest}</Note>
      <Messages locrit={locrit} messages={data.recent_messages.toReversed()} />
    </>
  );
}

function OfDay({ locrit, day, onAll }: { locrit: Locrit; day: string; onAll: () => void }) {
  const t = useTextOf(memoryText);
  const format = useFormat();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useDay(locrit.name, day);
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  const hits = [...new Map(data.pages.flatMap((page) => page.hits).map((hit) => [hit.message_id, hit])).values()];
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <Note>
          {hasNextPage
            ? t.lastOf(hits.length, format.dated(asLocal(day)))
            : t.day(hits.length, format.dated(asLocal(day)))}
        </Note>
        <Button small variant="ghost" onClick={onAll}>
          {t.allDays}
        </Button>
      </div>
      <Messages locrit={locrit} messages={hits.map(asRemembered)} />
      {hasNextPage && (
        <Button className="mt-4" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t.more}
        </Button>
      )}
    </>
  );
}

/** A passage of it is what the card shows. */
const asRemembered = (hit: Found): Hit => ({
  ...hit,
  id: hit.message_id,
  timestamp: hit.created_at,
  content: hit.snippet,
  file_name: hit.file_name ?? null,
  rev: 0,
});

function OfSession({ locrit, session }: { locrit: Locrit; session: string }) {
  const t = useTextOf(memoryText);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useSessionMessages(
    locrit.name,
    session,
  );
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  return (
    <>
      {hasNextPage && (
        <Button small className="mb-2" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t.older}
        </Button>
      )}
      <Messages locrit={locrit} messages={data.pages.toReversed().flatMap((page) => page.messages)} />
    </>
  );
}
