/** What a spreadsheet would take for a formula, though a message only meant to show it. A number is left a number. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]? ?\d[\d.,\u00a0\u202f ]*(%|[\p{L}\p{Sc}°]{0,3})$/u;

/** RFC 4180: lines end in CRLF; quotes around what holds a comma, a quote or a line end. Formulas become text. */
export function csvOf(table: HTMLTableElement): string {
  return rowsOf(table)
    .map((cells) => `${cells.map((cell) => quoted(plain(textOf(cell)))).join(',')}\r\n`)
    .join('');
}

const plain = (text: string) => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A table of GitHub's Markdown, with the marks of what stands in its cells. */
export function markdownOf(table: HTMLTableElement): string {
  const [head = [], ...body] = rowsOf(table);
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
  const marked = (cells: Element[]) => line(cells.map((cell) => marksOf(cell).trim().replaceAll('|', '\\|')));
  return marked(head) + line(head.map(ruleOf)) + body.map(marked).join('');
}

const rowsOf = (table: HTMLTableElement) => [...table.rows].map((row) => [...row.cells]);

const RULES: Record<string, string> = { left: ':---', center: ':---:', right: '---:' };

const ruleOf = (cell: HTMLTableCellElement) => RULES[cell.style.textAlign || cell.align] ?? '---';

/** Formulas as they were written; they stand in the page twice, for eyes and for ears. */
const formulaOf = (element: Element) => element.querySelector('annotation[encoding="application/x-tex"]')?.textContent;

function textOf(node: Node): string {
  if (!(node instanceof Element)) return node.textContent ?? '';
  if (node.matches('br')) return '\n';
  if (node.matches('img')) return node.getAttribute('alt') ?? '';
  if (node.matches('.katex')) return formulaOf(node) ?? node.textContent ?? '';
  return [...node.childNodes].map(textOf).join('');
}

const MARKS: Record<string, string> = { STRONG: '**', B: '**', EM: '*', I: '*', DEL: '~~', S: '~~' };

function marksOf(node: Node): string {
  if (!(node instanceof Element)) return node.textContent ?? '';
  const { tagName } = node;
  const inside = () => [...node.childNodes].map(marksOf).join('');
  if (tagName === 'BR') return '<br>';
  if (tagName === 'CODE') return coded(node.textContent ?? '');
  if (tagName === 'IMG') return `![${node.getAttribute('alt') ?? ''}](${node.getAttribute('src')})`;
  if (tagName === 'A') return `[${inside()}](${node.getAttribute('href')})`;
  if (node.matches('.katex')) return `$${formulaOf(node) ?? ''}$`;
  const mark = MARKS[tagName] ?? '';
  return mark + inside() + mark;
}

/** Between more backticks than it holds. */
function coded(text: string): string {
  const fence = '`'.repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return fence + space + text + space + fence;
}
