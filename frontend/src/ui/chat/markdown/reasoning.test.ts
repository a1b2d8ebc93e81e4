import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf, TAGS } from './reasoning';

const SERVER = readFileSync(join(process.cwd(), '..', 'src', 'services', 'reasoning.py'), 'utf8');

const told = (text: string, streaming = false) =>
  partsOf(text, streaming).map(({ kind, text: words }) => [kind, words]);

describe('What a model thought', () => {
  it('is told by the tags that the server knows', () => {
    const tags = [...SERVER.matchAll(/^ {4}\("(.+?)", "(.+?)"\),/gm)].map(([, open, close]) => [open, close]);
    expect(TAGS).toEqual(tags);
  });

  it.each(TAGS)('is apart from what it said: %s', (open, close) => {
    expect(told(`${open}Hm.${close}\n\nHi`)).toEqual([
      ['thought', 'Hm.'],
      ['said', '\n\nHi'],
    ]);
    expect(told(`Hm.\n${close}Hi`)[0]).toEqual(['thought', 'Hm.\n']);
    expect(told(`So.\n${open}Hm.${close}Hi`).map(([kind]) => kind)).toEqual(['said', 'thought', 'said']);
  });

  it.each([
    'Models write <think> and </think> around it.',
    'A `<think>x</think>` is one.',
    '```\n<think>\nx\n</think>\n```\nThat is one.',
    'Look:\n\n~~~~text\n```\n<think>x</think>\n```\n~~~~\nYes.',
    'It begins with\n<think>\nand goes on.',
  ])('is not text about it: %j', (text) => expect(told(text)).toEqual([['said', text]]));

  it('is open while it is written, and at the end if nothing else was said', () => {
    expect(partsOf('<think>Hm', true)).toEqual([{ kind: 'thought', text: 'Hm', open: true }]);
    expect(partsOf('<think>Hm')).toEqual([{ kind: 'thought', text: 'Hm', open: true }]);
    expect(told('Hi\n<think>Hm', true)).toEqual([
      ['said', 'Hi\n'],
      ['thought', 'Hm'],
    ]);
  });

  it('loses no word', () => {
    const piece = fc.constantFrom(
      '<think>',
      '</think>',
      '[think]',
      '[/think]',
      '\n',
      '\n',
      '```',
      'tea',
      ' ',
      '~~~',
      'İ',
    );
    const words = (text: string) => text.match(/tea|İ/g) ?? [];
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.boolean(), (pieces, streaming) => {
        const parts = partsOf(pieces.join(''), streaming);
        expect(words(parts.map(({ text }) => text).join(''))).toEqual(words(pieces.join('')));
      }),
    );
  });
});
