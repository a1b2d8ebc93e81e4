import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MARKDOWN, REPLIES } from '../../../../tests/markdown';
import { type Document, read } from './blocks';
import { createParser } from './parser';

const PARSER = createParser();

const said = ({ blocks, referred }: Document) =>
  JSON.stringify(
    [blocks.map(({ start, node }) => [start, node]), [...referred].map(({ content }) => content)],
    (key, value) => (key === 'map' ? undefined : value), // lines are counted from where reading began
  );

function readBitByBit(text: string, step: number): void {
  let document: Document | undefined;
  for (let end = 0; end < text.length + step; end += step) {
    const prefix = text.slice(0, end);
    document = read(PARSER, prefix, document);
    expect(said(document), prefix).toBe(said(read(PARSER, prefix)));
  }
}

describe('A text that grows', () => {
  it.each(REPLIES)('is read as if it had come at once: $name', ({ text }) => readBitByBit(text, 23));

  it('is read as if it had come at once, whatever it is', () => {
    fc.assert(fc.property(MARKDOWN, fc.integer({ min: 1, max: 30 }), readBitByBit), { numRuns: 500 });
  });

  it('costs its last blocks: those before are the same objects', () => {
    const text = 'One paragraph.\n\n- a list\n- of two\n\nAnother one.\n\nThe last';
    const before = read(PARSER, text);
    const after = read(PARSER, `${text} one grows`, before);
    expect(after.blocks.slice(0, 2).every((block, at) => block === before.blocks[at])).toBe(true);
    expect(after.blocks).toHaveLength(4);
  });

  it('finds a link whose address comes last', () => {
    const text = 'See [the page][p].\n\nMore.\n\nAnd more.\n\n';
    const after = read(PARSER, `${text}[p]: https://example.org\n`, read(PARSER, text));
    expect(after.blocks[0]?.uses).toEqual(['P']);
  });
});
