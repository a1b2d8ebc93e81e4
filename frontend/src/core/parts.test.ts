import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Body, Draft, gistOf, partsOf } from './parts';
import type { Part } from './types';

const THOUGHT: Part = { type: 'reasoning', text: 'Which sea?', duration_ms: 1200 };
const KINDS = [undefined, 'reasoning', 'tool_call'] as const;
const PIECES = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), content: fc.string({ minLength: 1, maxLength: 4 }) }),
);
const CALL = { type: 'tool_call', id: 'a' } as const;

const words = (body: Body) =>
  partsOf(body)
    .map((part) => ('text' in part ? part.text : ''))
    .join('');

function grown(begun: Body, ...pieces: Parameters<Draft['add']>[0][]): Draft {
  const draft = new Draft(begun);
  for (const piece of pieces) draft.add(piece);
  return draft;
}

describe('A reply grows piece by piece', () => {
  test('and is one text as long as there is nothing else', () => {
    expect(grown({ content: '' }, { content: 'Bl' }, { content: 'ue.' }).body()).toEqual({ content: 'Blue.' });
  });

  test('and what was thought is a part of its own, with how long that took', () => {
    const draft = grown(
      { content: '' },
      { content: 'Which', kind: 'reasoning' },
      { content: ' sea?', kind: 'reasoning' },
      { content: 'Blue.', thought_ms: 1200 },
    );
    expect(draft.body()).toEqual({ content: 'Blue.', parts: [THOUGHT, { type: 'text' }] });
    expect(draft.length).toBe('Which sea?Blue.'.length);
    expect(partsOf(draft.body())).toEqual([THOUGHT, { type: 'text', text: 'Blue.' }]);
  });

  test('and what it had said before it went on is not thought again', () => {
    const begun: Body = { content: 'I said. ', parts: [THOUGHT, { type: 'text' }] };
    const draft = grown(begun, { content: 'Hm.\n' }, { content: '', kind: 'reasoning' }, { content: 'Blue.' });
    const [before, hm, after] = ['I said. ', 'Hm.', 'Blue.'];
    expect(draft.body()).toEqual({
      content: before + after,
      parts: [THOUGHT, { type: 'text', text: before }, { type: 'reasoning', text: hm }, { type: 'text', text: after }],
    });
  });

  test('and each row that it refers to is a part of its own', () => {
    const draft = grown(
      { content: '' },
      { content: 'Let me see.' },
      { content: 'a', kind: 'tool_call' },
      { content: 'b', kind: 'tool_call' },
      { content: 'Blue.' },
    );
    const [before, after] = [
      { type: 'text', text: 'Let me see.' },
      { type: 'text', text: 'Blue.' },
    ] as const;
    expect(draft.body()).toEqual({ content: 'Let me see.Blue.', parts: [before, CALL, { ...CALL, id: 'b' }, after] });
    expect(draft.length).toBe('Let me see.Blue.'.length);
  });

  test('and what was said before a tool was called is not thought afterwards', () => {
    const pieces = [
      { content: 'Let me see.' },
      { content: 'a', kind: 'tool_call' as const },
      { content: 'Hm.\n' },
      { content: '', kind: 'reasoning' as const },
    ];
    const parts = [{ type: 'text' }, CALL, { type: 'reasoning', text: 'Hm.' }];
    expect(grown({ content: '' }, ...pieces).body()).toEqual({ content: 'Let me see.', parts });
  });

  test('and loses no word, whatever it is and wherever one looks at it', () => {
    fc.assert(
      fc.property(PIECES, fc.nat(20), (pieces, at) => {
        const whole = grown({ content: '' }, ...pieces);
        const said = pieces.filter(({ kind }) => kind !== 'tool_call').map(({ content }) => content);
        expect(words(whole.body())).toBe(said.join(''));
        const resumed = new Draft(grown({ content: '' }, ...pieces.slice(0, at)).body(), at > 0);
        for (const piece of pieces.slice(at)) resumed.add(piece);
        expect(resumed.body()).toEqual(whole.body());
        expect(whole.length).toBe(words(whole.body()).length);
      }),
    );
  });
});

test('is called by its words, and without any by its files', () => {
  const file = { type: 'file', id: 'a', media_type: 'text/plain', size: 1 } as const;
  const parts = [{ ...file, name: 'a.txt' }, { ...file, name: 'b.txt' }, { type: 'text' } as const];
  expect(gistOf({ content: 'Words', parts })).toBe('Words');
  expect(gistOf({ content: ' ', parts })).toBe('a.txt, b.txt');
  expect(gistOf({ content: '' })).toBe('');
});
