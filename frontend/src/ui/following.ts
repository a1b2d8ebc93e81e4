import type { QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Client } from '../core';

/** So long (ms) is waited for what belongs to a change. */
const SOON_MS = 300;

/** Of a query whose answer is another when something is said or done: then it is asked again. */
export const FOLLOWS = { follows: true };

/** Has what is shown of the server follow it: what the feed tells, and what the outbox brings there. */
export function useFollowing(client: Client, queries: QueryClient): void {
  useEffect(() => follow(client, queries), [client, queries]);
}

/** One round after the other, so that a slow answer is waited for; what is told meanwhile has a round of its own. */
export function follow({ news }: Pick<Client, 'news'>, queries: QueryClient): () => void {
  let seen = news.get();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;

  function soon() {
    if (!isAsking) timer ??= setTimeout(ask, SOON_MS);
  }

  async function ask() {
    timer = undefined;
    isAsking = true;
    seen = news.get();
    await queries.invalidateQueries({ predicate: ({ meta }) => meta?.follows === true });
    isAsking = false;
    if (seen !== news.get()) soon();
  }

  const unsubscribe = news.subscribe(soon);
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}
