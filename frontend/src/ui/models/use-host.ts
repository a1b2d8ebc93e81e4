import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useEffect } from 'react';
import { ApiError, type Failure, type ModelList, type ModelPull } from '../../core';
import { useClient, useConnection, useSignal } from '../app-context';
import { useText } from '../text/text';

/** The host whose models are spoken of: empty for the server's own. */
export const HostContext = createContext('');

export interface Host {
  host: string;
  /** Others that there are. */
  hosts: string[];
  /** Undefined while unknown: nothing is claimed to be missing before that. */
  list?: ModelList;
  /** What is being installed there. */
  pulls: ModelPull[];
  failure?: Failure;
  failed: boolean;
  refresh: () => Promise<unknown>;
}

/** The models of one host, that of the context unless it is named: the server's own are known; those of another one are asked for. */
export function useHost(named?: string): Host {
  const here = useContext(HostContext);
  const host = named ?? here;
  const client = useClient();
  const { state } = useConnection();
  const own = useSignal(client.models.known);
  const pulls = (own.list?.pulls ?? []).filter((pull) => pull.host === host);
  const done = pulls.filter(({ status }) => status === 'done').length;
  const other = useQuery({
    queryKey: ['models', host, done],
    queryFn: () => client.api.get('/api/v2/models', { params: { query: { host } } }),
    enabled: host !== '' && state === 'online',
    staleTime: 30_000,
    placeholderData: (before, query) => (query?.queryKey[1] === host ? before : undefined),
    retry: false,
  });
  useEffect(() => {
    if (state === 'online') client.models.look().catch(() => {}); // told by `failed`
  }, [client, state]);
  const { small } = useText().model;
  const { list, failed } = host ? { list: other.data, failed: other.isError } : own;
  return {
    host,
    hosts: own.list?.hosts ?? [],
    pulls,
    list: list && calling(list, small),
    failed,
    failure: other.error instanceof ApiError ? other.error.failure : undefined,
    refresh: host ? other.refetch : () => client.models.refresh().catch(() => {}), // as above
  };
}

/** The one that comes with Locrit has a name in each language. */
function calling(list: ModelList, small: string): ModelList {
  const models = list.models.map((model) => (model.provider === 'embedded' ? { ...model, label: small } : model));
  return { ...list, models };
}
