import { useQuery } from '@tanstack/react-query';
import type { Model } from '../core';
import { useClient, useConnection } from './app-context';
import { useText } from './text/text';

interface Models {
  /** Undefined while unknown: nothing is claimed to be missing before that. */
  installed: Model[] | undefined;
  /** How a Locrit's model is called on screen. */
  labelOf: (model: string) => string;
  defaultLabel: string;
  failed: boolean;
}

export function useModels(): Models {
  const t = useText();
  const client = useClient();
  const { model: state, state: line } = useConnection();
  const { data, isError } = useQuery({
    queryKey: ['models', state?.provider, state?.status],
    queryFn: () => client.api.get('/api/models'),
    enabled: line === 'online',
    staleTime: 30_000,
  });
  const installed = data?.models.filter((model) => model.can_chat);
  const known = (name: string) => data?.models.find((model) => model.name === name)?.label || name;
  const defaultLabel = data?.default ? known(data.default) : t.model.default;
  return { installed, defaultLabel, labelOf: (name) => (name ? known(name) : defaultLabel), failed: isError };
}
