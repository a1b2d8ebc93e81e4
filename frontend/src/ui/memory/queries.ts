import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { components, paths } from '../../protocol.gen';
import { useClient } from '../app-context';
import { FOLLOWS } from '../following';
import { zone } from '../text/format-date';

type Schemas = components['schemas'];
export type Summary = Schemas['MemorySummary'];
export type Remembered = Schemas['RememberedMessage'];
export type Found = Schemas['FoundMessage'];
export type Exported = NonNullable<
  NonNullable<paths['/api/v2/locrits/{name}/memory/export']['get']['parameters']['query']>['what']
>;

/** What messages are narrowed down to. */
export type Filters = Omit<
  NonNullable<NonNullable<paths['/api/v2/search']['get']['parameters']['query']>>,
  'locrit' | 'cursor' | 'limit'
>;

const PAGE = 50;
const INDEXING_EVERY_MS = 1_000;

/** Of a list that comes page by page. */
const PAGES = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? undefined,
  meta: FOLLOWS,
};

export function useSummary(name: string) {
  const { api } = useClient();
  return useQuery({
    queryKey: ['memory', name, 'summary', zone()],
    queryFn: ({ signal }) =>
      api.get('/api/v2/locrits/{name}/memory/summary', { params: { path: { name }, query: { tz: zone() } }, signal }),
    meta: FOLLOWS,
  });
}

/**
 * Messages that pass the filters: best first where words are looked for, else the newest first. The last result stays in
 * sight while the next is fetched; what is not in the index yet is asked for until it is.
 */
export function useFound(name: string, filters: Filters, limit = PAGE) {
  const { api } = useClient();
  return useInfiniteQuery({
    ...PAGES,
    queryKey: ['memory', name, 'found', filters, limit],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.get('/api/v2/search', { params: { query: { ...filters, locrit: name, cursor, limit } }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.pages.at(-1)?.waiting ? INDEXING_EVERY_MS : false),
  });
}

/** What was active last comes first. */
export function useConversations(name: string) {
  const { api } = useClient();
  return useInfiniteQuery({
    ...PAGES,
    queryKey: ['memory', name, 'conversations'],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.get('/api/v2/conversations', { params: { query: { locrit_name: name, limit: PAGE, cursor } }, signal }),
  });
}

/** What would be recalled for a question. */
export function useAsked(name: string, question: string) {
  const { recall } = useClient();
  return useQuery({
    queryKey: ['memory', name, 'ask', question],
    queryFn: () => recall.ask(name, question),
    enabled: question !== '',
    placeholderData: keepPreviousData,
    meta: FOLLOWS,
  });
}

export function useRecalls(name: string) {
  const { recall } = useClient();
  return useInfiniteQuery({
    ...PAGES,
    queryKey: ['memory', name, 'recalls'],
    queryFn: ({ pageParam: cursor }) => recall.log(name, cursor),
  });
}
