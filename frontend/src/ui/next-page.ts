import type { InfiniteQueryObserverResult } from '@tanstack/react-query';

type Pages = Pick<InfiniteQueryObserverResult, 'hasNextPage' | 'isFetching' | 'fetchNextPage'>;

/**
 * Asks for the next page of a list; undefined where there is none, and while anything of the list is on its way. A list
 * that is asked for anew drops the page that was on its way: that one can then be asked for again.
 */
export function nextPage({ hasNextPage, isFetching, fetchNextPage }: Pages): (() => void) | undefined {
  return hasNextPage && !isFetching ? () => void fetchNextPage() : undefined;
}
