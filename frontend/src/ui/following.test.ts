import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { FOLLOWS, follow } from './following';
import { signal } from './testing/demo-store';

const settled = (queries: QueryClient) => vi.waitFor(() => expect(queries.isFetching()).toBe(0));

it('asks again for what is on the page and follows, once for what is told in a short time', async () => {
  const queries = new QueryClient();
  const news = signal(0);
  const asked = { following: 0, still: 0 };
  const watch = (name: keyof typeof asked, meta?: Record<string, unknown>) =>
    new QueryObserver(queries, {
      queryKey: [name],
      queryFn: () => {
        asked[name] += 1;
        return asked[name];
      },
      ...(meta && { meta }),
    }).subscribe(() => undefined);
  const ends = [watch('following', FOLLOWS), watch('still')];
  await settled(queries);
  ends.push(follow({ news }, queries));
  for (let n = 1; n < 5; n += 1) news.set(n);
  await vi.waitFor(() => expect(asked).toEqual({ following: 2, still: 1 }));
  news.set(5);
  await vi.waitFor(() => expect(asked).toEqual({ following: 3, still: 1 }));
  for (const end of ends) end();
});

it('has another round for what is told while it asks', async () => {
  const queries = new QueryClient();
  const news = signal(0);
  let asked = 0;
  let answer: (() => void) | undefined;
  const queryFn = () => {
    asked += 1;
    return new Promise((resolve) => {
      answer = () => resolve(asked);
    });
  };
  const end = new QueryObserver(queries, { queryKey: ['slow'], queryFn, meta: FOLLOWS }).subscribe(() => undefined);
  answer?.();
  await settled(queries);
  const stop = follow({ news }, queries);
  news.set(1);
  await vi.waitFor(() => expect(asked).toBe(2));
  news.set(2);
  answer?.();
  await vi.waitFor(() => expect(asked).toBe(3));
  stop();
  end();
});
