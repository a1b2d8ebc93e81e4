import { describe, expect, test } from 'vitest';
import { browser } from '../../tests/fakes/browser';
import { unreachable } from './errors';
import { RemoteHistory } from './history';
import { Jobs } from './jobs';
import type { Transport } from './transport';
import type { JobProgress } from './types';

const job = (changes: Partial<JobProgress> = {}): JobProgress => ({
  op_id: 'op',
  kind: 'forget',
  entity_id: 'c',
  status: 'running',
  done: 10,
  total: 100,
  error: null,
  next_try_at: null,
  ...changes,
});

/** A wire on which every exchange is what `answer` makes of it. */
const wire = (answer: (body: Record<string, unknown>) => unknown) => {
  const exchange = async (_path: string, init: { body?: Record<string, unknown> } = {}) => answer(init.body ?? {});
  return { api: { get: exchange, post: exchange, delete: exchange } } as unknown as Transport;
};

describe('what takes long on the server', () => {
  test('is shown as it was told last, until it is done', async () => {
    const { client, transport } = await browser();
    transport.tellJob(job());
    transport.tellJob(job({ op_id: 'other', kind: 'fork' }));
    transport.tellJob(job({ done: 20 }));
    expect(client.jobs.get().map(({ op_id, done }) => [op_id, done])).toEqual([
      ['op', 20],
      ['other', 10],
    ]);
    transport.tellJob(job({ done: 100, status: 'done' }));
    expect(client.jobs.get().map(({ op_id }) => op_id)).toEqual(['other']);
  });

  test('is not brought back by a list that was on its way when it ended', async () => {
    const jobs: Jobs = new Jobs(
      wire(() => {
        jobs.tell(job({ status: 'done' }));
        return { jobs: [job()] };
      }),
    );
    await jobs.refresh();
    expect(jobs.running.get()).toEqual([]);
  });

  test('is asked for again, as the same operation, as long as it goes on', async () => {
    const jobs = new Jobs(wire(() => ({ jobs: [] })));
    const asked: unknown[] = [];
    const emptied = { forgotten: 100 };
    const archive = new RemoteHistory(
      undefined as never,
      wire(({ op_id }) => {
        asked.push(op_id);
        if (asked.length === 3) return emptied;
        jobs.tell(job({ op_id: String(op_id), done: asked.length }));
        throw unreachable();
      }),
      jobs,
    );
    expect(await archive.emptyTrash()).toBe(emptied);
    expect(asked.length).toBe(3);
    expect(new Set(asked).size).toBe(1);
  });

  test('is not asked for again when nobody goes on with it', async () => {
    const archive = new RemoteHistory(
      undefined as never,
      wire(() => {
        throw unreachable();
      }),
      new Jobs(wire(() => ({ jobs: [] }))),
    );
    await expect(archive.emptyTrash()).rejects.toThrow();
  });
});
