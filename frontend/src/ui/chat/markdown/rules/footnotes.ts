import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it';

const DEFINITION = /^\[\^([^\]\s]+)\]:[ \t]*/;
const REFERENCE = /\[\^([^\]\s]+)\]/y;

/** Footnotes stay where they were written; the parser knows their labels by `env.footnotes`. */
export function footnotes(md: MarkdownIt): void {
  md.block.ruler.before('reference', 'footnote', definition, { alt: ['paragraph', 'reference'] });
  md.inline.ruler.before('link', 'footnote', reference);
}

const labelsOf = (state: StateBlock | StateInline): Set<unknown> => {
  state.env.footnotes ??= new Set();
  return state.env.footnotes as Set<unknown>;
};

function definition(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  const found = DEFINITION.exec(state.src.slice(start, state.eMarks[startLine]));
  if (!found || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  if (silent) return true;
  const [mark, label] = found;
  labelsOf(state).add(label);
  const map: [number, number] = [startLine, 0];
  Object.assign(state.push('footnote_open', 'div', 1), { map, meta: { label } });
  inside(state, startLine, start + mark.length, endLine);
  state.push('footnote_close', 'div', -1);
  map[1] = state.line;
  return true;
}

/** Its blocks: from behind the mark, and all lines that are indented as those of a list are. */
function inside(state: StateBlock, line: number, start: number, endLine: number): void {
  const { parentType, blkIndent } = state;
  const saved = [state.bMarks[line], state.tShift[line], state.sCount[line]] as const;
  Object.assign(state, { parentType: 'footnote', blkIndent: blkIndent + 4 });
  state.bMarks[line] = start;
  state.tShift[line] = 0;
  state.sCount[line] = state.blkIndent;
  state.md.block.tokenize(state, line, endLine);
  Object.assign(state, { parentType, blkIndent });
  [state.bMarks[line], state.tShift[line], state.sCount[line]] = saved as unknown as [number, number, number];
}

function reference(state: StateInline, silent: boolean): boolean {
  REFERENCE.lastIndex = state.pos;
  const found = REFERENCE.exec(state.src);
  if (!found || !labelsOf(state).has(found[1])) return false;
  if (!silent) state.push('footnote_reference', 'sup', 0).meta = { label: found[1] };
  state.pos += found[0].length;
  return true;
}
