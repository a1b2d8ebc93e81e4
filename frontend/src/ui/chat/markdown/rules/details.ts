import type { MarkdownIt, StateBlock } from 'markdown-it';

const OPEN = /^<details(?: open)?>[ \t]*/i;
const SUMMARY = /^<summary>(.*?)<\/summary>[ \t]*/i;
const CLOSE = /<\/details>[ \t]*$/i;
const FENCE = /^\s*(`{3,}|~{3,})/;

/** `<details>` with its summary and any Markdown within: to the `</details>` that belongs to it, or to the end. */
export function details(md: MarkdownIt): void {
  md.block.ruler.before('html_block', 'details', parse, { alt: ['paragraph', 'reference', 'blockquote'] });
}

function parse(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const open = OPEN.exec(lineOf(state, startLine));
  if (!open || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  if (silent) return true;
  const last = lastLine(state, startLine, endLine);
  const saved = { bMarks: [...state.bMarks], eMarks: [...state.eMarks], tShift: [...state.tShift] };
  const { parentType, lineMax } = state;
  const map: [number, number] = [startLine, Math.min(last + 1, endLine)];
  Object.assign(state, { parentType: 'details', lineMax: map[1] });
  state.push('details_open', 'details', 1).map = map;
  const inner = summary(state, cutStart(state, startLine, open[0].length), map[1]);
  if (last < endLine) cutEnd(state, last);
  state.md.block.tokenize(state, inner, map[1]);
  state.push('details_close', 'details', -1);
  Object.assign(state, saved, { parentType, lineMax, line: map[1] });
  return true;
}

const lineOf = (state: StateBlock, line: number) =>
  state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);

/** The first characters of a line are no longer there for the rules that follow. */
function cutStart(state: StateBlock, line: number, length: number): number {
  state.bMarks[line] = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0) + length;
  state.tShift[line] = 0;
  return line;
}

function cutEnd(state: StateBlock, line: number): void {
  state.eMarks[line] = (state.eMarks[line] ?? 0) - (CLOSE.exec(lineOf(state, line))?.[0].length ?? 0);
}

function summary(state: StateBlock, from: number, endLine: number): number {
  const line = Math.min(state.skipEmptyLines(from), endLine);
  const found = line < endLine && SUMMARY.exec(lineOf(state, line));
  if (!found) return from;
  state.push('summary_open', 'summary', 1);
  Object.assign(state.push('inline', '', 0), { content: (found[1] ?? '').trim(), children: [] });
  state.push('summary_close', 'summary', -1);
  return cutStart(state, line, found[0].length);
}

/** The line with the end that belongs to the beginning on `startLine`; `endLine` if there is none. */
function lastLine(state: StateBlock, startLine: number, endLine: number): number {
  let depth = 0;
  let fence: string | undefined;
  for (let line = startLine; line < endLine; line++) {
    const text = lineOf(state, line);
    const mark = FENCE.exec(text)?.[1];
    if (mark && (!fence || mark.startsWith(fence))) fence = fence ? undefined : mark;
    if (fence || mark) continue;
    if (OPEN.test(text)) depth++;
    if (CLOSE.test(text) && --depth <= 0) return line;
  }
  return endLine;
}
