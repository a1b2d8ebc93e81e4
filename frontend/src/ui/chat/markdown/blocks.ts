import type { Env, MarkdownIt, Token } from 'markdown-it';
import { type Node, treeOf } from './tree';

/** A paragraph, a list, a table: what stands on the highest level. */
export interface Block {
  /** Of its first line, in characters from the beginning. */
  start: number;
  node: Node;
  /** Of links, wherever they stand in it. */
  definitions: readonly Token[];
  uses: readonly string[];
  /** Of drawing it, in elements. */
  cost: number;
}

/** A message with more elements was not written to be read: what is beyond them stands as it was written. */
const MAX_COST = 15_000;

/** A block that goes on is drawn anew at each step: while it has more elements than these, it stands as it is written. */
const MAX_GROWING_COST = 4_000;

/** A block of code has a head with buttons, a footnote its links. */
const COSTS: Readonly<Record<string, number>> = { fence: 60, code_block: 60, footnote_open: 12 };

export interface Document {
  source: string;
  blocks: readonly Block[];
  /** Definitions that some link refers to: those are marks, the others are text. */
  referred: ReadonlySet<Token>;
  env: Env;
}

/**
 * Reads `source`. Of a `previous` text that it begins with, all but the end is taken as it was read, and is the same
 * object: a reply that is written costs its last blocks each time, not its length.
 */
export function read(md: MarkdownIt, source: string, previous?: Document, growing = false): Document {
  const kept = previous ? settled(previous, source) : [];
  const from = (kept.length && previous?.blocks[kept.length]?.start) || 0;
  const known = kept.length ? previous?.env : undefined;
  const footnotes = new Set(known?.footnotes as Set<string> | undefined);
  const env: Env = { references: { ...known?.references }, footnotes, known: previous?.env.known };
  const blocks = affordable([...kept, ...blocksOf(md, source.slice(from), from, env)], source, growing);
  rank(blocks);
  if (kept.length && namesOf(blocks) !== namesOf(previous?.blocks ?? [])) return read(md, source, undefined, growing);
  return { source, blocks, referred: referredOf(blocks), env };
}

/** The blocks that nothing that comes can change: a blank line and a whole line of another block stand behind them. */
function settled({ source: before, blocks }: Document, source: string): readonly Block[] {
  let count = blocks.length - 1;
  for (; count > 0; count--) {
    const start = blocks[count]?.start ?? 0;
    if (/\n[ \t]*\n$/.test(before.slice(Math.max(0, start - 200), start)) && before.indexOf('\n', start) >= 0) break;
  }
  const end = count > 0 ? (blocks[count]?.start ?? 0) : 0;
  return end > 0 && source.startsWith(before.slice(0, before.indexOf('\n', end))) ? blocks.slice(0, count) : [];
}

function blocksOf(md: MarkdownIt, source: string, from: number, env: Env): Block[] {
  const lines = source.split('\n');
  const starts = [from];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  const tokens = md.parse(source, env);
  for (const token of tokens) {
    if (token.type === 'reference_definition') token.content = lines.slice(...(token.map ?? [])).join('\n');
  }
  return groups(tokens).map((group) => ({
    start: starts[group[0]?.map?.[0] ?? 0] ?? from,
    node: treeOf(group)[0] as Node,
    definitions: group.filter(({ type }) => type === 'reference_definition'),
    uses: group.flatMap(({ children }) => children ?? []).flatMap(({ meta }) => (meta?.label ? [`${meta.label}`] : [])),
    cost: group.reduce((sum, { type, children }) => sum + (COSTS[type] ?? 1) + (children?.length ?? 0), 0),
  }));
}

/** A reply may begin with any heading: it is told as one below the conversation's, and those under it one by one. */
function rank(blocks: readonly Block[]): void {
  const above: string[] = [];
  for (const { token } of blocks.flatMap(({ node }) => headingsOf(node))) {
    while ((above.at(-1) ?? '') >= token.tag) above.pop();
    above.push(token.tag);
    token.meta = { level: above.length + 1 };
  }
}

function headingsOf(node: Node): Node[] {
  return node.type === 'heading' ? [node] : node.children.flatMap(headingsOf);
}

function affordable(blocks: Block[], source: string, growing: boolean): Block[] {
  let rest = MAX_COST;
  for (const [at, { start, cost, node }] of blocks.entries()) {
    rest -= cost;
    const grows = growing && at === blocks.length - 1;
    if (rest < 0 || (grows && cost > MAX_GROWING_COST))
      return [...blocks.slice(0, at), asWritten(source.slice(start), start, node)];
  }
  return blocks;
}

function asWritten(content: string, start: number, { token }: Node): Block {
  const written = Object.assign(Object.create(token), { type: 'written', content });
  return { start, node: { type: 'written', token: written, children: [] }, definitions: [], uses: [], cost: 0 };
}

function groups(tokens: readonly Token[]): Token[][] {
  const found: Token[][] = [];
  for (const token of tokens) {
    if (token.level === 0 && token.nesting >= 0) found.push([]);
    found.at(-1)?.push(token);
  }
  return found;
}

/** What other blocks may refer to: when that changes, they are read again. */
function namesOf(blocks: readonly Block[]): string {
  const footnotes = blocks.filter(({ node }) => node.type === 'footnote').map(({ node }) => node.token.meta?.label);
  return JSON.stringify([footnotes, blocks.flatMap(({ definitions }) => definitions.map(({ content }) => content))]);
}

function referredOf(blocks: readonly Block[]): ReadonlySet<Token> {
  const used = new Set(blocks.flatMap(({ uses }) => uses));
  const first = new Map<unknown, Token>();
  for (const token of blocks.flatMap(({ definitions }) => definitions)) {
    if (!first.has(token.meta?.label)) first.set(token.meta?.label, token);
  }
  return new Set([...first.values()].filter((token) => used.has(`${token.meta?.label}`)));
}
