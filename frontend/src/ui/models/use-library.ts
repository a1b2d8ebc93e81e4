import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ApiError, type Failure, type ModelList, type ModelPull } from '../../core';
import { useClient, useConnection, useSignal } from '../app-context';
import { inWords } from '../text/failures';
import { useText } from '../text/text';

export interface Library {
  /** Empty for the server's own. */
  host: string;
  /** Others that there are. */
  hosts: string[];
  list?: ModelList;
  /** What is being installed there. */
  pulls: ModelPull[];
  failure?: Failure;
  refresh: () => void;
}

/** While somebody looks at the page, what is in memory changes without a word. */
const LOOK_EVERY_MS = 10_000;

/** The models of one host: the server's own are known; those of another one are asked for. */
export function useLibrary(host: string): Library {
  const client = useClient();
  const t = useText();
  const { state } = useConnection();
  const own = useSignal(client.models.known);
  const pulls = (own.list?.pulls ?? []).filter((pull) => pull.host === host);
  const done = pulls.filter(({ status }) => status === 'done').length;
  const { data, error, refetch } = useQuery({
    queryKey: ['models', host, done],
    queryFn: async () => {
      if (host) return await client.api.get('/api/models', { params: { query: { host } } });
      await client.models.refresh();
      return null;
    },
    enabled: state === 'online',
    refetchInterval: LOOK_EVERY_MS,
    placeholderData: (before) => (before?.state.host === host ? before : undefined),
    gcTime: 0,
  });
  useEffect(() => {
    if (error && !(error instanceof ApiError)) throw error;
  }, [error]);
  const list = host ? (data ?? undefined) : own.list;
  return {
    host,
    hosts: own.list?.hosts ?? [],
    list,
    pulls,
    failure: error instanceof ApiError ? inWords(error.failure, t.failures) : undefined,
    refresh: () => void refetch(),
  };
}
