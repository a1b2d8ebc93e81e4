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

  it('stands as it is written while its last block is too large to be drawn at every step', () => {
    const list = '- tea\n'.repeat(1_200);
    const types = (document: Document) => document.blocks.map(({ node }) => node.type);
    const growing = read(PARSER, `# Tea\n\n${list}`, undefined, true);
    expect(types(growing)).toEqual(['heading', 'written']);
    expect(growing.blocks[1]?.node.token.content).toBe(list);
    const goesOn = read(PARSER, `# Tea\n\n${list}\nAnd cake.\n`, growing, true);
    expect(types(goesOn)).toEqual(['heading', 'bullet_list', 'paragraph']);
    expect(types(read(PARSER, `# Tea\n\n${list}`, growing))).toEqual(['heading', 'bullet_list']);
  });

  it('says headings as those of a reply: below that of the conversation, one by one', () => {
    const { blocks } = read(PARSER, '### A\n\n##### B\n\n> ###### C\n\n## D\n\n### E\n');
    const levels = blocks.map(({ node }) => (node.type === 'heading' ? node : node.children[0])?.token.meta?.level);
    expect(levels).toEqual([2, 3, 4, 2, 3]);
  });

  it('finds a link whose address comes last', () => {
    const text = 'See [the page][p].\n\nMore.\n\nAnd more.\n\n';
    const after = read(PARSER, `${text}[p]: https://example.org\n`, read(PARSER, text));
    expect(after.blocks[0]?.uses).toEqual(['P']);
  });
});
