import type { MarkdownIt, StateCore, Token } from 'markdown-it';
import { replaceRule } from './rule';

/** Levels of lists and quotations: what is nested more deeply is text. */
const MAX_LEVEL = 60;

/** Marks in one paragraph: one with more of them was not written to be read, and is text. */
const MAX_MARKS = 2_000;
const MARKS = /[*_[\]<`~$\\!]/g;

/** Headings are underlined with at least this many. One dash may become an item of a list. */
const MIN_UNDERLINE = 3;

/** Nothing that is sent takes the page's breath: no depth without end, no paragraph of marks alone. */
export function limits(md: MarkdownIt): void {
  for (const name of ['blockquote', 'list', 'footnote', 'details']) {
    replaceRule(
      md,
      name,
      (rule) =>
        (state, ...lines) =>
          state.level < MAX_LEVEL && rule(state, ...lines),
    );
  }
  replaceRule(md, 'lheading', (rule) => (state, startLine, endLine, silent) => {
    const { line, tokens, parentType } = state;
    const before = tokens.length;
    if (!rule(state, startLine, endLine, silent)) return false;
    const start = (state.bMarks[state.line - 1] ?? 0) + (state.tShift[state.line - 1] ?? 0);
    if (state.src.slice(start, state.eMarks[state.line - 1]).trim().length >= MIN_UNDERLINE) return true;
    tokens.length = before;
    Object.assign(state, { line, parentType });
    return false;
  });
  md.core.ruler.at('inline', inline);
  md.core.ruler.push('remember', remember);
}

interface Known {
  /** What the lines may refer to. */
  names: string;
  lines: ReadonlyMap<string, Token[]>;
}

/** What was read before is not read again: a reply that grows is a long one with something new at its end. */
function inline(state: StateCore): void {
  const names = JSON.stringify([state.env.references, [...((state.env.footnotes ?? []) as Iterable<string>)]]);
  const known = state.env.known as Known | undefined;
  const lines = known?.names === names ? known.lines : new Map<string, Token[]>();
  for (const token of state.tokens) {
    if (token.type !== 'inline') continue;
    token.children = lines.get(token.content) ?? null;
    if (token.children)
      token.type = 'known'; // no rule that follows reads it again
    else token.children = readLine(state, token.content);
  }
  state.env.known = { names, lines };
}

function readLine(state: StateCore, content: string): Token[] {
  const tokens: Token[] = [];
  if ((content.match(MARKS)?.length ?? 0) < MAX_MARKS) state.md.inline.parse(content, state.md, state.env, tokens);
  else tokens.push(Object.assign(new state.Token('text', '', 0), { content }));
  return tokens;
}

function remember(state: StateCore): void {
  const lines = new Map<string, Token[]>();
  for (const token of state.tokens) {
    if (token.type === 'known') token.type = 'inline';
    if (token.type === 'inline') lines.set(token.content, token.children ?? []);
  }
  state.env.known = { ...(state.env.known as Known), lines };
}
