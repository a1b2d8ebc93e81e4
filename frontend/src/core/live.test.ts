import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock';
import { eventually } from '../../tests/fakes/eventually';
import { aMessage } from '../../tests/fakes/rows';
import { unreachable } from './errors';
import { LiveReplies } from './live';
import type { GenerationState } from './transport';
import type { ReplyChunk } from './types';

const WORDS = ['Once ', 'upon ', 'a ', 'time ', 'there ', 'was ', 'a ', 'fox.'];
const stub = aMessage({ message_id: 'reply', generation_id: 'g1', role: 'assistant', status: 'streaming' });

function chunk(idx: number, durable_idx = 0): ReplyChunk {
  const ids = { conversation_id: 'c1', generation_id: 'g1', message_id: 'reply', locrit_name: 'Bob', session_id: 's1' };
  return { ...ids, idx, durable_idx, content: WORDS[idx] ?? '', timestamp: '2027-01-01T00:00:00.000Z' };
}

function told(idx: number): GenerationState {
  const ids = { conversation_id: 'c1', generation_id: 'g1', message_id: 'reply' };
  return { ...ids, status: 'streaming', idx, content: WORDS.slice(0, idx).join('') };
}

let clock: FakeClock;
let said: number;
let asked: number;
let reachable: boolean;
let kept: [string, number][];

function replies(): LiveReplies {
  return new LiveReplies({
    clock,
    resume: async () => {
      asked += 1;
      if (!reachable) throw unreachable();
      return told(said);
    },
    checkpoint: (_, { content }, idx) => void kept.push([content, idx]),
  });
}

beforeEach(() => {
  clock = new FakeClock();
  [said, asked, reachable, kept] = [WORDS.length, 0, true, []];
});

function shown(live: LiveReplies): string | null {
  clock.advance(50);
  return live.text('reply').get()?.content ?? null;
}

function unsaved(live: LiveReplies): string {
  clock.advance(50);
  const { content, unsaved } = live.text('reply').get() ?? { content: '', unsaved: 0 };
  return content.slice(content.length - unsaved);
}

test('how fast it is written is known after a second, from what is told of tokens where pieces were put together', () => {
  const live = replies();
  live.follow(stub);
  live.chunk(chunk(0));
  clock.advance(500);
  live.chunk(chunk(1));
  expect(live.text('reply').get()?.tokensPerSecond).toBeUndefined();
  clock.advance(1_500);
  live.chunk({ ...chunk(2), tokens: 41 });
  shown(live);
  expect(live.text('reply').get()?.tokensPerSecond).toBe(20);
});

describe('the text of a running reply', () => {
  test('grows by chunks in order, and is shown at most every 50 ms', () => {
    const live = replies();
    live.follow(stub);
    let updates = 0;
    live.text('reply').subscribe(() => {
      updates += 1;
    });
    for (let idx = 0; idx < 4; idx += 1) live.chunk(chunk(idx));
    expect(live.text('reply').get()?.content).toBe('');
    expect(shown(live)).toBe('Once upon a time ');
    expect(updates).toBe(1);
  });

  test('is null when nothing runs', () => {
    expect(replies().text('reply').get()).toBeNull();
  });

  test('starts where the saved row ends', () => {
    const live = replies();
    live.follow({ ...stub, content: 'Once upon ', idx: 2 });
    live.chunk(chunk(1));
    live.chunk(chunk(2));
    expect(shown(live)).toBe('Once upon a ');
    expect(asked).toBe(0);
  });

  test('is asked for when a chunk is missing', async () => {
    const live = replies();
    live.follow(stub);
    said = 5;
    live.chunk(chunk(4));
    live.chunk(chunk(5));
    await eventually(() => expect(shown(live)).toBe('Once upon a time there was '));
    expect(asked).toBe(1);
  });

  test('is asked for again after a lost connection', async () => {
    const live = replies();
    live.follow(stub);
    live.chunk(chunk(0));
    await live.resumeAll();
    expect(shown(live)).toBe(WORDS.join(''));
  });

  test('is asked for until the server answers', async () => {
    const live = replies();
    live.follow(stub);
    reachable = false;
    live.chunk(chunk(3));
    await eventually(() => asked === 1);
    reachable = true;
    await eventually(
      () => expect(live.text('reply').get()?.content).toBe(WORDS.join('')),
      () => clock.advance(2_000),
    );
  });

  test('is whole whatever is lost, repeated or overtaken on the way', async () => {
    const arrivals = fc.array(fc.nat({ max: WORDS.length - 1 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(arrivals, async (order) => {
        const live = replies();
        live.follow(stub);
        for (const idx of order) live.chunk(chunk(idx));
        await live.resumeAll();
        await eventually(() => expect(shown(live)).toBe(WORDS.join('')));
      }),
      { numRuns: 40 },
    );
  });

  test('tells how much of its end is not on the disk yet', () => {
    const live = replies();
    live.follow(stub);
    for (let idx = 0; idx < 4; idx += 1) live.chunk(chunk(idx));
    expect(unsaved(live)).toBe('Once upon a time ');
    live.chunk(chunk(4, 3));
    expect(unsaved(live)).toBe('time there ');
    live.saved({ conversation_id: 'c1', generation_id: 'g1', message_id: 'reply', durable_idx: 5 });
    expect(unsaved(live)).toBe('');
  });

  test('claims nothing about what came before this page, until the server says that it is saved', async () => {
    const live = replies();
    live.follow({ ...stub, content: 'Once upon ', idx: 2 }); // from this browser's cache
    said = 4;
    await live.resumeAll();
    live.chunk(chunk(4, 1));
    expect(unsaved(live)).toBe('');
    live.chunk(chunk(5, 4));
    expect(unsaved(live)).toBe('there was ');
  });

  test('that goes on was saved before', () => {
    const live = replies();
    live.chunk({ ...chunk(0), generation_id: 'g2' });
    live.follow({ ...stub, generation_id: 'g2', content: 'Before. ', idx: 0 });
    live.chunk({ ...chunk(1, 1), generation_id: 'g2' });
    expect(unsaved(live)).toBe('upon ');
  });

  test('is kept in the cache once a second, for a reload without a server', () => {
    const live = replies();
    live.follow(stub);
    live.chunk(chunk(0));
    clock.advance(400);
    live.chunk(chunk(1));
    clock.advance(600);
    expect(kept).toEqual([['Once upon ', 2]]);
  });

  test('gives way to the final text, which lingers until the row is seen', () => {
    const live = replies();
    live.follow(stub);
    live.chunk(chunk(0));
    live.finish({ ...stub, status: 'stopped', content: 'Once' });
    live.chunk(chunk(1));
    expect(live.text('reply').get()).toEqual({ content: 'Once', unsaved: 0 });
    clock.advance(1_000);
    expect(live.text('reply').get()).toBeNull();
    expect(kept).toEqual([]);
  });

  test('goes on after what it had said, when it was cut off and continued', () => {
    const live = replies();
    live.follow({ ...stub, content: 'Before. ' });
    live.finish({ ...stub, content: 'Before. ', status: 'interrupted' });
    live.follow({ ...stub, generation_id: 'g2', content: 'Before. ', idx: 0 });
    live.chunk({ ...chunk(0), generation_id: 'g2' });
    expect(shown(live)).toBe('Before. Once ');
    clock.advance(2_000); // the first part's text is let go
    expect(shown(live)).toBe('Before. Once ');
  });

  test('goes on after what it had said, even when the first piece comes before the row', () => {
    const live = replies();
    live.chunk({ ...chunk(0), generation_id: 'g2' });
    live.follow({ ...stub, generation_id: 'g2', content: 'Before. ', idx: 0 });
    live.chunk({ ...chunk(1), generation_id: 'g2' });
    expect(shown(live)).toBe('Before. Once upon ');
  });

  test('keeps what is thought apart, through a gap and a page that knows only its beginning', () => {
    const live = replies();
    const thought = (idx: number) => ({ ...chunk(idx), kind: 'reasoning' as const });
    live.follow({ ...stub, content: '', parts: [{ type: 'reasoning', text: 'Once ' }], idx: 1 });
    live.chunk(thought(1));
    live.chunk({ ...chunk(2, 1), thought_ms: 900 });
    clock.advance(50);
    const parts = [{ type: 'reasoning', text: 'Once upon ', duration_ms: 900 }, { type: 'text' }];
    expect(live.text('reply').get()).toEqual({ content: 'a ', parts, unsaved: 'upon a '.length });
    live.finish({ ...stub, status: 'complete', content: 'a time' });
    expect(live.text('reply').get()).toEqual({ content: 'a time', unsaved: 0 });
  });
});
