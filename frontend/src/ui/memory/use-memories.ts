import { useQuery } from '@tanstack/react-query';
import type { ExtractionProgress, Locrit, MemoryRow } from '../../core';
import { useClient, useLive } from '../app-context';
import { FOLLOWS } from '../following';

/** So often (ms) it is asked how far the search for facts is, while there is more to look at. */
const WAITING_MS = 5_000;

export type MemoryState = 'suggested' | 'valid' | 'past';
export const STATES: readonly MemoryState[] = ['suggested', 'valid', 'past'];

export function stateOf({ suggested, valid_to }: MemoryRow, now = Date.now()): MemoryState {
  if (suggested) return 'suggested';
  return valid_to === null || Date.parse(valid_to) > now ? 'valid' : 'past';
}

interface Remembered {
  /** Undefined until it is known; what this browser has is shown at once, and while the server is away. */
  rows?: MemoryRow[];
  /** The server has told all of them. */
  isWhole: boolean;
  extraction?: ExtractionProgress;
  error: Error | null;
  reload: () => void;
}

/** What a Locrit remembers beside the conversations. */
export function useMemories(locrit: Locrit): Remembered {
  const { memories } = useClient();
  const kept = useLive((client) => client.memories.of(locrit.id), [locrit.id]);
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['memory', locrit.name, 'memories'],
    queryFn: () => memories.load(locrit.id),
    meta: FOLLOWS,
    refetchInterval: ({ state }) => (state.data?.waiting ? WAITING_MS : false),
  });
  const isKnown = kept && (kept.length > 0 || !isPending);
  return {
    ...(isKnown && { rows: kept }),
    ...(data && { extraction: data }),
    isWhole: !isPending && !error,
    error,
    reload: () => void refetch(),
  };
}
