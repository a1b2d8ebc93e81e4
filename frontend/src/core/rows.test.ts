import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aConversation, aMessage } from '../../tests/fakes/rows';
import stories from '../../tests/fixtures/stories.json?raw';
import type { components } from '../protocol.gen';
import { consecutive } from './cache';
import { entitiesIn, type Rows, rowIn } from './entities';
import { mergeMessage } from './entities/messages';
import { NO_ROWS, put } from './rows';
import type { ChangeEvent, Message, Scrubbed } from './types';

type MessageType = components['schemas']['MessageChange']['type'];

/** A message's life as the server would log it: created, then edited, deleted and restored at will. */
const lives = fc
  .array(
    fc.array(
      fc.oneof(
        fc.string().map((content) => ({ content })),
        fc.boolean().map(trashed),
      ),
      { maxLength: 6 },
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((changes) => changes.flatMap((life, index) => lifeOf(`m${index}`, index + 1, life)))
  .map((rows) => rows.map((row, index) => asEvent(row, index)));

function trashed(deleted: boolean): Partial<Message> {
  return { deleted_at: deleted ? '2027-01-01T00:00:00.000Z' : null };
}

function lifeOf(message_id: string, seq: number, changes: Partial<Message>[]): Message[] {
  const rows = [aMessage({ message_id, seq })];
  for (const change of changes) {
    const last = rows.at(-1) as Message;
    rows.push({ ...last, ...change, rev: last.rev + 1 });
  }
  return rows;
}

function asEvent(payload: Message | Scrubbed, index = 0, type: MessageType = 'message.updated'): ChangeEvent {
  const [entity_id, rev] = 'rev' in payload ? [payload.message_id, payload.rev] : ['m', 1];
  return { scope: 'conversation:c1', seq: index + 1, type, entity_id, rev, payload, op_id: null };
}

function snapshot(events: ChangeEvent[]) {
  return new Map(events.map((event) => [event.entity_id, event.payload]));
}

interface Story {
  operation: string;
  events: ChangeEvent[];
  snapshot: {
    kind: 'message' | 'conversation' | 'locrit' | 'memory' | 'concept';
    id: string;
    row: Record<string, unknown>;
  }[];
}

const apply = (rows: Rows, event: ChangeEvent) => put(rows, entitiesIn([event]));

/** Every operation of the server, its events, and what the database then holds: told by `tests/stores/test_events.py`. */
describe.each(JSON.parse(stories) as Story[])('after $operation', ({ events, snapshot }) => {
  const kinds = { message: 'messages', conversation: 'conversations', locrit: 'locrits', concept: 'concepts' } as const;
  const rowsAfter = (told: readonly ChangeEvent[]) => put(NO_ROWS, entitiesIn(told));

  test('the rows are those of the database', () => {
    const rows = rowsAfter(events);
    const kept = snapshot.flatMap(({ kind, ...row }) => (kind === 'memory' ? [] : [{ kind, ...row }])); // asked for when shown
    for (const { kind, id, row } of kept) expect(rows[kinds[kind]].get(id)).toMatchObject(row);
    const ids = Object.values(kinds).flatMap((kind) => [...rows[kind].keys()]);
    expect(ids.sort()).toEqual(kept.map(({ id }) => id).sort());
  });

  test('hearing everything twice changes nothing', () => {
    expect(rowsAfter([...events, ...events])).toEqual(rowsAfter(events));
  });

  test('hearing it one by one is the same as hearing it at once', () => {
    expect(events.reduce(apply, NO_ROWS)).toEqual(rowsAfter(events));
  });
});

describe('rows follow the events', () => {
  test('applying every event gives what a fresh snapshot holds', () => {
    fc.assert(
      fc.property(lives, (events) => {
        expect(events.reduce(apply, NO_ROWS).messages).toEqual(snapshot(events));
      }),
    );
  });

  test('repeated events and events out of order change nothing about the outcome', () => {
    const scrambled = lives.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 })),
    );
    fc.assert(
      fc.property(scrambled, ([events, any]) => {
        expect(any.reduce(apply, NO_ROWS).messages).toEqual(snapshot(events));
      }),
    );
  });

  test('an older snapshot after newer events takes nothing back', () => {
    fc.assert(
      fc.property(lives, fc.nat(), (events, cut) => {
        const stale = events.slice(0, cut % events.length).flatMap((event) => rowIn('messages', event) ?? []);
        expect(put(events.reduce(apply, NO_ROWS), { messages: stale }).messages).toEqual(snapshot(events));
      }),
    );
  });

  test('an event of a kind that this client does not know leaves the rows as they are', () => {
    const unknown = JSON.parse('{ "type": "mood.created", "payload": { "mood_id": "a" } }');
    expect(apply(NO_ROWS, unknown)).toEqual(NO_ROWS);
  });
});

describe('a running reply', () => {
  const running = aMessage({ status: 'streaming', content: 'Once upon', idx: 2 });

  test('only grows', () => {
    const further = { ...running, content: 'Once upon a time', idx: 4 };
    expect(mergeMessage(running, further)).toBe(further);
    expect(mergeMessage(further, running)).toBe(further);
  });

  test('does not run again after it has ended', () => {
    const ended = { ...running, status: 'stopped' as const, content: 'Once' };
    expect(mergeMessage(ended, { ...running, idx: 9 })).toBe(ended);
    expect(mergeMessage({ ...running, idx: 9 }, ended)).toBe(ended);
  });
});

describe('a conversation', () => {
  const renamed = aConversation({ title: 'Renamed', rev: 3, head_seq: 4, message_count: 2 });
  const active = aConversation({ title: 'Old', rev: 2, head_seq: 6, message_count: 3 });

  test.each([
    ['the newer activity comes last', renamed, active],
    ['the newer title comes last', active, renamed],
  ])('keeps the newest title and the newest activity when %s', (_, first, second) => {
    const rows = put(put(NO_ROWS, { conversations: [first] }), { conversations: [second] });
    expect(rows.conversations.get('c1')).toMatchObject({ title: 'Renamed', head_seq: 6, message_count: 3 });
  });
});

describe('the events that continue a sequence', () => {
  const events = (...seqs: number[]) => seqs.map((seq) => ({ seq }));

  test('are those without a gap, in order, whatever order they came in', () => {
    expect(consecutive(2, events(4, 3, 5))).toEqual({ next: events(3, 4, 5), gap: false });
  });

  test('leave out what was applied before, and repetitions', () => {
    expect(consecutive(2, events(1, 2, 3, 3))).toEqual({ next: events(3), gap: false });
  });

  test('stop at a gap, and say so', () => {
    expect(consecutive(2, events(3, 5))).toEqual({ next: events(3), gap: true });
  });

  test('an event that was scrubbed changes nothing, and what it was about stays forgotten', () => {
    const said = aMessage({ message_id: 'm', content: 'secret' });
    const rows = put(NO_ROWS, { messages: [said] });
    expect(apply(rows, asEvent({}))).toEqual(rows);
    const stub = { ...said, content: '', rev: 2, forgotten_at: '2027-01-01T00:00:00.000Z' };
    const left = apply(rows, asEvent(stub, 0, 'message.forgotten'));
    expect(put(left, { messages: [said] }).messages.get('m')).toEqual(stub);
  });
});
