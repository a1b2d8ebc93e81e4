import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Command, type OutboxEntry, queueKey } from './commands';
import { ApiError, unreachable } from './errors';
import { classifyError, nextRunnable, retryDelayMs } from './policy';

function answer(status: number): ApiError {
  return new ApiError({ code: 'any', message: '', hint: '', status });
}

let order = 0;
function entry(command: Command, state: OutboxEntry['state'] = 'queued'): OutboxEntry {
  order += 1;
  return { order, op_id: `op${order}`, queueKey: queueKey(command), state, created_at: '', command };
}

const create = (id: string) => ({ type: 'conversation.create' as const, conversation_id: id, locrit_name: 'Bob' });
const edit = (id: string, message_id: string) => {
  return { type: 'message.edit' as const, conversation_id: id, message_id, content: 'new', rev: 1 };
};

const send = (id: string, message_id: string) => {
  return { type: 'message.send' as const, conversation_id: id, message_id, locrit_name: 'Bob', content: 'said' };
};

describe('what to do about a failure', () => {
  test('no answer is tried again', () => expect(classifyError(unreachable())).toBe('retry'));
  test.each([500, 502, 503, 504, 408, 429])('status %i passes with time', (status) => {
    expect(classifyError(answer(status))).toBe('retry');
  });
  test.each([400, 401, 403, 404, 409, 413, 422])('status %i needs a person', (status) => {
    expect(classifyError(answer(status))).toBe('reject');
  });
});

describe('the time until the next attempt', () => {
  test('is jittered over the whole range, which doubles up to half a minute', () => {
    expect(retryDelayMs(1, 0.5)).toBe(500);
    expect(retryDelayMs(2, 0.5)).toBe(1_000);
    expect(retryDelayMs(3, 0)).toBe(0);
    expect(retryDelayMs(100_000, 0.5)).toBe(15_000);
  });

  test('is never longer than half a minute', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, r) => retryDelayMs(n, r) <= 30_000),
    );
  });
});

describe('what may be sent now', () => {
  test('is the oldest of each conversation', () => {
    const [a, b, c] = [entry(edit('c1', 'm1')), entry(edit('c2', 'm2')), entry(edit('c1', 'm3'))];
    expect(nextRunnable([c, b, a])).toEqual([a, b]);
  });

  test('passes by what waits for a decision', () => {
    const [rejected, next] = [entry(edit('c1', 'm1'), 'rejected'), entry(edit('c1', 'm2'))];
    expect(nextRunnable([rejected, next])).toEqual([next]);
  });

  test('passes by a change that waits, and goes on with what follows the message that it is about', () => {
    const [unsent, change] = [entry(send('c1', 'm1'), 'rejected'), entry(edit('c1', 'm1'), 'rejected')];
    const next = entry({ ...send('c1', 'm2'), parent_id: 'm1' });
    expect(nextRunnable([change, next])).toEqual([next]);
    expect(nextRunnable([unsent, next])).toEqual([]);
  });

  test('is what was said to a Locrit after what was changed of it before', () => {
    const change = (locrit_id: string) => ({ type: 'locrit.edit' as const, locrit_id, changes: {}, base: {} });
    const to = (locrit_id: string) => entry({ ...send(`c-${locrit_id}`, `m-${locrit_id}`), locrit_id });
    const earlier = to('bob');
    const [changed, later, other] = [entry(change('bob')), to('bob'), to('ada')];
    const again = entry({ type: 'reply.retry', conversation_id: 'c3', message_id: 'm3' });
    expect(nextRunnable([changed, later, other, again])).toEqual([changed, other]);
    expect(nextRunnable([earlier, changed])).toEqual([earlier, changed]);
    expect(nextRunnable([{ ...changed, state: 'rejected' }, later, again])).toEqual([later, again]);
  });

  test('never includes what depends on something that waits for a decision', () => {
    const [rejected, same] = [entry(edit('c1', 'm1'), 'rejected'), entry(edit('c1', 'm1'))];
    const [refused, inside] = [entry(create('c2'), 'rejected'), entry(edit('c2', 'm5'))];
    expect(nextRunnable([rejected, same, refused, inside])).toEqual([]);
  });
});
