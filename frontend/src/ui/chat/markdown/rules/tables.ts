import type { MarkdownIt, StateBlock, Token } from 'markdown-it';
import { replaceRule } from './rule';

/** GFM drops the cells of a row that its head has not. Here they stand behind the others. */
export function tables(md: MarkdownIt): void {
  replaceRule(md, 'table', (table) => (state, startLine, endLine, silent) => {
    const before = state.tokens.length;
    if (!table(state, startLine, endLine, silent)) return false;
    if (!silent) state.tokens.push(...state.tokens.splice(before).flatMap(withAllCells(state)));
    return true;
  });
}

function withAllCells(state: StateBlock) {
  let said: string[] = [];
  return (token: Token): Token[] => {
    if (token.type === 'tr_open' && token.map) said = cellsOf(state, token.map[0]);
    if (token.type === 'td_open' || token.type === 'th_open') said.shift();
    return token.type === 'tr_close' ? [...said.flatMap((text) => cell(state, text, token.level)), token] : [token];
  };
}

function cellsOf(state: StateBlock, line: number): string[] {
  const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
  const text = state.src.slice(start, state.eMarks[line]).trim();
  const cells = text.match(/(?:\\.|[^|\\]|\\$)+|(?<=\|)(?=\|)/g) ?? [];
  return cells.map((each) => each.replaceAll('\\|', '|').trim());
}

function cell(state: StateBlock, text: string, level: number): Token[] {
  const open = new state.Token('td_open', 'td', 1);
  const inline = new state.Token('inline', '', 0);
  const close = new state.Token('td_close', 'td', -1);
  Object.assign(open, { block: true, level: level + 1 });
  Object.assign(inline, { block: true, level: level + 2, content: text, children: [] });
  Object.assign(close, { block: true, level: level + 1 });
  return [open, inline, close];
}
