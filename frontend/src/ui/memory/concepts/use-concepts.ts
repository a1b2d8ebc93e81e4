import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import type { ConceptList, Locrit } from '../../../core';
import { useClient, useLive } from '../../app-context';
import { FOLLOWS } from '../../following';

export const ORDERS = ['mentions', 'recent', 'name'] as const;
export type Order = (typeof ORDERS)[number];
export type Shape = 'list' | 'graph';

interface Known {
  /** Undefined until it is known; what this browser has is shown at once, and while the server is away. */
  list?: ConceptList;
  error: Error | null;
  reload: () => void;
}

/** What is talked about with a Locrit. */
export function useConcepts(locrit: Locrit): Known {
  const { concepts } = useClient();
  const list = useLive((client) => client.concepts.of(locrit.id), [locrit.id]);
  const { error, refetch } = useQuery({
    queryKey: ['memory', locrit.name, 'concepts'],
    queryFn: () => concepts.load(locrit.id),
    meta: FOLLOWS,
  });
  const isOutdated = list?.isOutdated;
  useEffect(() => {
    if (isOutdated) void refetch(); // it counts otherwise now: what was merged, or brought back
  }, [isOutdated, refetch]);
  return { ...(list && { list }), error: list?.concepts.length ? null : error, reload: () => void refetch() };
}

/** What stands around one. `cancel` drops the question that is on its way: the server may know it no more by then. */
export function useConcept(locrit: Locrit, id: string) {
  const { api } = useClient();
  const queries = useQueryClient();
  const queryKey = ['memory', locrit.name, 'concepts', id];
  const asked = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      api.get('/api/v2/locrits/{name}/memory/concepts/{concept_id}', {
        params: { path: { name: locrit.name, concept_id: id } },
        signal,
      }),
    meta: FOLLOWS,
  });
  return { ...asked, cancel: () => queries.cancelQueries({ queryKey }) };
}

export function useGraph(locrit: Locrit) {
  const { api } = useClient();
  return useQuery({
    queryKey: ['memory', locrit.name, 'concept-graph'],
    queryFn: ({ signal }) =>
      api.get('/api/v2/locrits/{name}/memory/concept-graph', { params: { path: { name: locrit.name } }, signal }),
    meta: FOLLOWS,
  });
}

interface Asked {
  shape: Shape;
  order: Order;
  type: string;
  chosen: string;
}

/** In the address: going back goes back, and a link leads there. */
export function useAsked(): [Asked, (changes: Partial<Asked>) => void] {
  const [search, setSearch] = useSearchParams();
  const asked: Asked = {
    shape: search.get('shape') === 'graph' ? 'graph' : 'list',
    order: ORDERS.find((order) => order === search.get('order')) ?? 'mentions',
    type: search.get('type') ?? '',
    chosen: search.get('concept') ?? '',
  };
  function change(changes: Partial<Asked>) {
    const { shape, order, type, chosen } = { ...asked, ...changes };
    setSearch({
      tab: 'concepts',
      ...(shape !== 'list' && { shape }),
      ...(order !== 'mentions' && { order }),
      ...(type && { type }),
      ...(chosen && { concept: chosen }),
    });
  }
  return [asked, change];
}
