import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it';
import { closingOf, type Formula, formula, inlineFormula } from '../formula';

const FIRST = /[$\\]/;

/** `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and environments of LaTeX. */
export function math(md: MarkdownIt): void {
  md.block.ruler.before('hr', 'formula', block, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
  md.inline.ruler.before('escape', 'formula', inline);
}

function inline(state: StateInline, silent: boolean): boolean {
  if (!FIRST.test(state.src[state.pos] ?? '')) return false;
  const found = inlineFormula(state.src.slice(0, state.posMax), state.pos);
  if (!found) return false;
  if (!silent) Object.assign(state.push('formula', 'math', 0), { content: found.source, meta: { ...found } });
  state.pos += found.source.length;
  return true;
}

function block(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const closing = closingOf(lineOf(state, startLine));
  if (!closing || closing === '\\)' || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const end = endOf(state, startLine, endLine, closing);
  const found = end && blockFormula(state, startLine, end, closing);
  if (!found || silent) return Boolean(found);
  Object.assign(state.push('formula_block', 'math', 0), { content: found.source, meta: found, map: [startLine, end] });
  state.line = end;
  return true;
}

const lineOf = (state: StateBlock, line: number) =>
  state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]).trimEnd();

/** The line behind it: behind the closing delimiter, or the end of the text where that may still come. */
function endOf(state: StateBlock, startLine: number, endLine: number, closing: string): number {
  for (let line = startLine; line < endLine; line++) {
    const text = lineOf(state, line);
    if (!text || (state.sCount[line] ?? 0) < state.blkIndent) return 0;
    const at = text.indexOf(closing, line === startLine ? 2 : 0);
    if (at >= 0) return at + closing.length === text.length ? line + 1 : 0;
  }
  return state.bMarks[endLine] === state.src.length ? endLine : 0;
}

/** One that is not closed yet is shown as it was written, and is not taken apart as Markdown before it is. */
function blockFormula(
  state: StateBlock,
  startLine: number,
  end: number,
  closing: string,
): Partial<Formula> | undefined {
  const source = state.getLines(startLine, end, state.blkIndent, false).trim();
  if (source.endsWith(closing) && source.length >= closing.length + 2) return formula(source, closing);
  const opensOnly = lineOf(state, startLine).length === 2 || closing.startsWith('\\end');
  return opensOnly ? { source } : undefined;
}
