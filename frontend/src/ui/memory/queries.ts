import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { components } from '../../protocol.gen';
import { useClient } from '../app-context';
import { zone } from '../text/format-date';
import { boundsOf } from './days';

type Schemas = components['schemas'];
export type Summary = Schemas['MemorySummary'];
export type Stats = Schemas['MemoryStats'];
export type Remembered = Schemas['RememberedMessage'];
export type Hit = Schemas['SearchHit'];
export type Found = Schemas['FoundMessage'];
export type Session = Schemas['RememberedSession'];

const PAGE = 50;
const MOST_HITS = 100;

export function useSummary(name: string) {
  const { api } = useClient();
  return useQuery({
    queryKey: ['memory', name, 'summary', zone()],
    queryFn: ({ signal }) =>
      api.get('/api/v2/locrits/{name}/memory/summary', { params: { path: { name }, query: { tz: zone() } }, signal }),
  });
}

export function useStats(name: string) {
  const { api } = useClient();
  return useQuery({
    queryKey: ['memory', name, 'stats', zone()],
    queryFn: ({ signal }) =>
      api.get('/api/v2/locrits/{name}/memory/stats', { params: { path: { name }, query: { tz: zone() } }, signal }),
  });
}

/** Best matches first, at most `limit`. The last result stays in sight while the next is fetched. */
export function useHits(name: string, q: string, limit: number) {
  const { api } = useClient();
  return useQuery({
    queryKey: ['memory', name, 'search', q, limit],
    queryFn: ({ signal }) =>
      api.get('/api/v2/locrits/{name}/memory/search', { params: { path: { name }, query: { q, limit } }, signal }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
}

/** What was said on a day, the newest first. */
export function useDay(name: string, day: string) {
  const { api } = useClient();
  return useInfiniteQuery({
    queryKey: ['memory', name, 'day', day, zone()],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.get('/api/v2/search', {
        params: { query: { locrit: name, ...boundsOf(day), cursor, limit: MOST_HITS } },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function useSessions(name: string) {
  const { api } = useClient();
  return useInfiniteQuery({
    queryKey: ['memory', name, 'sessions'],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.get('/api/v2/locrits/{name}/memory/sessions', {
        params: { path: { name }, query: { limit: PAGE, cursor } },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Pages of one conversation's messages, the newest page first; inside a page the oldest message first. */
export function useSessionMessages(name: string, sessionId: string) {
  const { api } = useClient();
  return useInfiniteQuery({
    queryKey: ['memory', name, 'session', sessionId],
    queryFn: ({ signal, pageParam: before }) =>
      api.get('/api/v2/locrits/{name}/memory/sessions/{session_id}/messages', {
        params: { path: { name, session_id: sessionId }, query: { limit: PAGE, before } },
        signal,
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.has_more ? page.messages[0]?.seq : undefined),
    enabled: sessionId !== '',
  });
}
