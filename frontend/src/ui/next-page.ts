import type { InfiniteQueryObserverResult } from '@tanstack/react-query';
import { useEffect } from 'react';

type Pages = Pick<InfiniteQueryObserverResult, 'hasNextPage' | 'isFetching' | 'fetchNextPage'>;

/**
 * Asks for the next page of a list; undefined where there is none, and while anything of the list is on its way. A list
 * that is asked for anew drops the page that was on its way: that one can then be asked for again.
 */
export function nextPage({ hasNextPage, isFetching, fetchNextPage }: Pages): (() => void) | undefined {
  return hasNextPage && !isFetching ? () => void fetchNextPage() : undefined;
}

/** Calls `onEnd` once for each end of a list that is reached, and once more when it can go on there. */
export function useEnd(isAtEnd: boolean, rows: number, onEnd: (() => void) | undefined): void {
  const canGoOn = onEnd !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each end that is reached.
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, rows, canGoOn]);
}
