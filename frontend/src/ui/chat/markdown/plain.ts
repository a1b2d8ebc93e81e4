import { type Document, read } from './blocks';
import { widenOuterFences } from './fences';
import { createParser } from './parser';
import { partsOf } from './reasoning';
import { type Node, pairTags, treeOf } from './tree';

const PARSER = createParser();

/** Markdown as one would read it aloud, for places where it is not set: without its marks, with its words. */
export function plainText(markdown: string): string {
  const said = partsOf(markdown).filter(({ kind }) => kind === 'said');
  return said
    .map(({ text }) => wordsOf(text))
    .join('\n\n')
    .trim();
}

/** In how many characters a conversation's last message is told; what is as long as that was cut. */
const PREVIEW_CHARS = 120;
/** A mark, or the address of a link, whose end was cut off. */
const CUT = /(?<=^|[\s(])(\*\*|__|~~|`+)(?=\S)(?!.*\1)|(?<=\[[^\]]*\])\([^)\s]*$/gs;

/** The beginning of a message in one line. */
export function previewOf(markdown: string): string {
  const text = plainText(markdown);
  return (markdown.length < PREVIEW_CHARS ? text : text.replace(CUT, '')).replace(/\s+/g, ' ');
}

function wordsOf(markdown: string): string {
  const document = read(PARSER, widenOuterFences(markdown.replace(/\r\n?/g, '\n')));
  const words = document.blocks.map(({ node }) => blockOf(node, document));
  return words.filter(Boolean).join('\n\n');
}

/** A block's words; its lines end where they did. */
function blockOf(node: Node, document: Document): string {
  const { type, token, children } = node;
  const blocks = (between: string) =>
    children
      .map((child) => blockOf(child, document))
      .filter(Boolean)
      .join(between);
  if (type === 'inline') return lineOf(pairTags(treeOf(token.children ?? [])));
  if (type === 'bullet_list' || type === 'ordered_list') return blocks('\n');
  if (type === 'list_item') return `${token.info ? `${token.info}${token.markup}` : '•'} ${blocks('\n')}`;
  if (type === 'tr') return children.map((cell) => blockOf(cell, document)).join(' | ');
  if (type === 'thead' || type === 'tbody' || type === 'table') return blocks('\n');
  if (type === 'fence' || type === 'code_block') return token.content.replace(/\n$/, '');
  if (type === 'formula_block') return formulaOf(node);
  if (type === 'footnote') return `${token.meta?.label}. ${blocks('\n')}`;
  if (type === 'reference_definition') return document.referred.has(token) ? '' : token.content;
  if (type === 'hr') return '';
  return children.length ? blocks('\n\n') : token.content;
}

const formulaOf = ({ token }: Node) => `${token.meta?.tex ?? token.content}`.trim();

function lineOf(nodes: readonly Node[]): string {
  return nodes.map(inlineOf).join('');
}

function inlineOf(node: Node): string {
  const { type, token, children } = node;
  if (type === 'hardbreak' || (type === 'tag' && token.tag === 'br')) return '\n';
  if (type === 'formula') return formulaOf(node);
  if (type === 'footnote_reference') return `[${token.meta?.label}]`;
  return children.length && type !== 'image' ? lineOf(children) : token.content;
}
