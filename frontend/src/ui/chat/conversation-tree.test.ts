import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageRow } from '../../core';
import { messageOf } from '../testing/demo-content';
import {
  type Choices,
  choicesTo,
  contextOf,
  isOldBranch,
  lastQuestion,
  lastUsage,
  running,
  visibleBranch,
} from './conversation-tree';

const said = (seq: number, follows: string | null, fields: Partial<MessageRow> = {}) =>
  messageOf('c', seq, seq % 2 ? 'user' : 'assistant', `${seq}`, { parent_id: follows, ...fields });

const shown = (messages: MessageRow[], choices?: Choices) =>
  visibleBranch(messages, choices)
    .map(({ message }) => message.content)
    .join(' ');

const choose = (messages: MessageRow[], place: number, version: number, choices: Choices = {}): Choices => {
  const row = visibleBranch(messages, choices)[place];
  const shownId = row?.versions[version]?.message_id;
  if (!row || !shownId) throw new Error('There is no such version.');
  return { ...choices, [row.turn]: { shown: shownId, newest: row.newest } };
};

/** 1 2 3 4, the reply 2 tried again as 6, and the first question put differently as 7. */
const line = [said(1, 'c'), said(2, 'c-1'), said(3, 'c-2'), said(4, 'c-3')];
const retried = [...line, said(6, 'c-1')];
const branched = [...line, said(7, 'c'), said(8, 'c-7')];

describe('arranging messages', () => {
  it('ends, whatever follows what', () => {
    const parents = fc.array(fc.nat({ max: 6 }), { maxLength: 6 });
    const ends = (above: number[]) => {
      const messages = above.map((parent, at) => said(at + 1, parent ? `c-${parent}` : 'c'));
      visibleBranch(messages);
      for (const { message_id } of messages) choicesTo(messages, message_id);
    };
    fc.assert(fc.property(parents, ends));
  });

  it('shows a conversation without versions as it is', () => {
    expect(shown(line)).toBe('1 2 3 4');
    expect(visibleBranch(line).every(({ versions }) => versions.length === 1)).toBe(true);
  });

  it('shows the branch of the newest message, of a reply tried again and of a question put differently', () => {
    expect(shown(retried)).toBe('1 6');
    expect(shown(branched)).toBe('7 8');
  });

  it('shows another version, with what followed it, when it is chosen', () => {
    expect(shown(retried, choose(retried, 1, 0))).toBe('1 2 3 4');
    expect(shown(branched, choose(branched, 0, 0))).toBe('1 2 3 4');
  });

  it('tells what the newest reply took that was answered, though a later one failed', () => {
    const usage = { prompt_tokens: 7, completion_tokens: 2, first_token_ms: 1, total_ms: 2, tokens_per_second: 3 };
    const failed = { usage: { ...usage, prompt_tokens: 0, completion_tokens: 0 } };
    const messages = [said(1, 'c'), said(2, 'c-1', { usage }), said(3, 'c-2'), said(4, 'c-3', failed)];
    expect(lastUsage(visibleBranch(messages))).toEqual(usage);
  });

  it('goes back to the newest as soon as something is said there', () => {
    const choices = choose(branched, 0, 0);
    expect(shown([...branched, said(9, 'c-8')], choices)).toBe('7 8 9');
  });

  it('stays where something was said on the chosen way', () => {
    expect(shown([...branched, said(10, 'c-3')], choose(branched, 0, 0))).toBe('1 2 3 10');
  });

  it('chooses within what was chosen', () => {
    const both = [...branched, said(10, 'c-3'), said(12, 'c-7')];
    const outer = choose(both, 0, 0);
    expect(shown(both, outer)).toBe('1 2 3 10');
    expect(shown(both, choose(both, 3, 0, outer))).toBe('1 2 3 4');
  });

  it('knows when what is shown does not lead to the newest message', () => {
    expect(isOldBranch(visibleBranch(branched))).toBe(false);
    expect(isOldBranch(visibleBranch(branched, choose(branched, 0, 0)))).toBe(true);
    expect(isOldBranch([])).toBe(false);
  });

  it('leads to a message that is out of sight', () => {
    expect(shown(branched, choicesTo(branched, 'c-3'))).toBe('1 2 3 4');
    expect(shown(branched, choicesTo(branched, 'c-99'))).toBe('7 8');
  });

  it('has a message without a parent follow the one before it', () => {
    expect(shown([said(1, null), said(2, null), said(3, null), said(5, null)])).toBe('1 2 3 5');
  });

  it('is a line when only the newest page is loaded', () => {
    expect(shown(line.slice(2))).toBe('3 4');
    expect(visibleBranch(retried.slice(1, 2).concat(retried.slice(4)))[0]?.versions).toHaveLength(2);
  });

  it('puts what was given back late before what follows it', () => {
    const late = [said(1, 'c'), said(2, 'c-1'), said(3, 'c-6'), said(4, 'c-3'), said(5, 'c-2'), said(6, 'c-5')];
    expect(shown(late)).toBe('1 2 5 6 3 4');
    expect(isOldBranch(visibleBranch(late))).toBe(false);
  });

  it('goes on where something in the middle was deleted', () => {
    expect(shown([said(1, 'c'), said(2, 'c-1', { deleted_at: '2026-03-01T12:00:00Z' }), said(3, 'c-2')])).toBe('1 3');
  });

  it('shows a version that is gone where something was said after it, and nowhere else', () => {
    const gone = { deleted_at: '2026-03-01T12:00:00Z' };
    const without = [said(1, 'c'), said(2, 'c-1', gone), said(3, 'c-2'), said(4, 'c-3'), said(6, 'c-1')];
    const [, reply] = visibleBranch(without);
    expect(reply?.versions.map(({ seq }) => seq)).toEqual([2, 6]);
    expect(shown(without)).toBe('1 6');
    expect(shown(without, choose(without, 1, 0))).toBe('1 2 3 4');
    expect(visibleBranch([...retried.slice(0, 1), said(2, 'c-1', gone), said(6, 'c-1')])[1]?.versions).toHaveLength(1);
  });

  it('knows which reply answers a question that is there', () => {
    const gone = { deleted_at: '2026-03-01T12:00:00Z' };
    const answers = (messages: MessageRow[]) => visibleBranch(messages).map((row) => row.answers);
    expect(answers([said(1, 'c'), said(2, 'c-1')])).toEqual([false, true]);
    expect(answers([said(1, 'c', gone), said(2, 'c-1')])).toEqual([false]);
    expect(answers([said(2, 'c')])).toEqual([false]);
    expect(answers([said(2, 'c-1')])).toEqual([true]); // not loaded yet
  });

  it('keeps the key of a place when another version comes', () => {
    expect(visibleBranch(retried)[1]?.key).toBe(visibleBranch(line)[1]?.key);
    expect(visibleBranch(branched)[0]?.key).toBe(visibleBranch(line)[0]?.key);
  });

  it('marks the first message of each day', () => {
    const days = ['2026-03-01T12:00:00Z', '2026-03-01T12:00:01Z', '2026-03-03T12:00:00Z'];
    const rows = visibleBranch(days.map((created_at, at) => said(at + 1, null, { created_at })));
    expect(rows.map((row) => row.day !== null)).toEqual([true, false, true]);
  });

  it('finds the reply that is being written and the last question in sight that can be edited', () => {
    expect(running([...line, said(6, 'c-3', { state: 'streaming' })])?.message_id).toBe('c-6');
    expect(running(line)).toBeUndefined();
    expect(lastQuestion(visibleBranch([...line, said(5, 'c-4', { state: 'queued' })]))?.message_id).toBe('c-3');
  });
});

describe('what the model was not shown', () => {
  const context = { seen_from: 3, shortened: false, limited_by: 'window' as const, window_tokens: 4096 };
  const seen = (messages: MessageRow[]) => contextOf(visibleBranch(messages))?.key;

  it('is told by the newest reply that was asked for', () => {
    expect(seen(line)).toBeUndefined();
    expect(seen([...line.slice(0, 3), said(4, 'c-3', { context })])).toBe('c-3');
    expect(seen([...line.slice(0, 3), said(4, 'c-3', { context }), said(5, 'c-4')])).toBe('c-3');
    const running = said(6, 'c-5', { model: null, state: 'streaming' });
    expect(seen([...line.slice(0, 3), said(4, 'c-3', { context }), said(5, 'c-4'), running])).toBe('c-3');
    expect(seen([...line.slice(0, 3), said(4, 'c-3', { context }), said(5, 'c-4'), said(6, 'c-5')])).toBeUndefined();
  });

  it('begins above the first row that was seen, and nowhere while that is not loaded', () => {
    expect(seen([said(1, 'c'), said(2, 'c-1'), said(4, 'c-2', { context })])).toBe('c-4');
    expect(seen([said(5, 'c-4'), said(6, 'c-5', { context })])).toBeUndefined();
  });
});

/** What happens to the message at `at` of those before it: something is said after it, it is deleted, restored, forgotten. */
interface Step {
  do: 'answer' | 'ask' | 'delete' | 'restore' | 'forget';
  at: number;
}

const steps = fc.array(
  fc.record({ do: fc.constantFrom('answer', 'ask', 'answer', 'ask', 'delete', 'restore', 'forget'), at: fc.nat(40) }),
  { minLength: 3, maxLength: 60 },
) as fc.Arbitrary<Step[]>;

const GONE = '2026-03-01T12:00:00Z';

function grown(script: Step[]): MessageRow[] {
  const messages = [said(1, 'c', { role: 'user' })];
  for (const { do: what, at } of script) {
    const place = at % messages.length;
    const message = messages[place] as MessageRow;
    const role = what === 'ask' ? 'user' : 'assistant';
    if (what === 'answer' || what === 'ask') messages.push(said(messages.length + 1, message.message_id, { role }));
    else if (what === 'restore' && message.forgotten_at) continue;
    else {
      const forgotten_at = what === 'forget' ? GONE : message.forgotten_at;
      messages[place] = { ...message, deleted_at: what === 'restore' ? null : GONE, forgotten_at };
    }
  }
  return messages;
}

const SEED = Number(process.env.SEED ?? 1);
const always = (check: (messages: MessageRow[]) => void) =>
  fc.assert(
    fc.property(steps, (script) => check(grown(script))),
    { numRuns: 400, seed: SEED },
  );

describe('whatever is said, deleted, restored and forgotten', () => {
  it('versions follow the same message and are of one role, and only gone ones that lead on stand among them', () => {
    always((messages) => {
      for (const { versions, turn } of visibleBranch(messages)) {
        expect(new Set(versions.map(({ role }) => role)).size).toBe(1);
        expect(versions.every(({ parent_id }) => parent_id === turn)).toBe(true);
        const deadEnds = versions.filter((version) => version.deleted_at && !leadsOn(messages, version));
        expect(deadEnds).toEqual([]);
      }
    });
  });

  it('each message that is there can be reached, and follows on the page those that it follows', () => {
    always((messages) => {
      for (const { message_id, deleted_at } of messages) {
        if (deleted_at) continue;
        const order = visibleBranch(messages, choicesTo(messages, message_id)).map(({ message }) => message.message_id);
        const above = ancestors(messages, message_id).filter(
          (id) => !messages.find((m) => m.message_id === id)?.deleted_at,
        );
        expect(order).toContain(message_id);
        expect(order.filter((id) => above.includes(id))).toEqual(above);
      }
    });
  });

  it('the branch shown by itself ends with the newest message that is there', () => {
    always((messages) => {
      const there = messages.filter((message) => !message.deleted_at);
      expect(visibleBranch(messages).at(-1)?.message.message_id).toBe(there.at(-1)?.message_id);
      expect(isOldBranch(visibleBranch(messages))).toBe(false);
    });
  });

  it('nothing changes its place when another message goes and comes back', () => {
    always((messages) => {
      for (const at of [0, messages.length >> 1, messages.length - 1]) {
        const without = messages.map((message, n) => (n === at ? { ...message, deleted_at: GONE } : message));
        const turns = new Map(visibleBranch(messages).map(({ message, turn }) => [message.message_id, turn]));
        for (const { message, turn } of visibleBranch(without))
          expect(turns.get(message.message_id) ?? turn).toBe(turn);
      }
    });
  });
});

function leadsOn(messages: MessageRow[], from: MessageRow): boolean {
  return messages
    .filter(({ parent_id }) => parent_id === from.message_id)
    .some((next) => !next.deleted_at || leadsOn(messages, next));
}

/** Oldest first. */
function ancestors(messages: MessageRow[], id: string): string[] {
  const parent = messages.find(({ message_id }) => message_id === id)?.parent_id;
  return parent && parent !== 'c' ? [...ancestors(messages, parent), parent] : [];
}
