/** Where a formula begins and ends, and what only looks like one: prices, variables of a shell, prose. */

export interface Formula {
  /** As it was written, with its delimiters. */
  source: string;
  tex: string;
  display: boolean;
}

/** Longer ones are shown as they were written. */
const MAX_LENGTH = 5_000;

const ENVIRONMENTS =
  'equation|align|aligned|alignat|alignedat|gather|gathered|split|array|darray|cases|dcases|rcases|drcases|' +
  'matrix|pmatrix|bmatrix|Bmatrix|vmatrix|Vmatrix|smallmatrix|subarray|CD';
const BEGIN = new RegExp(`^\\\\begin\\{((?:${ENVIRONMENTS})\\*?)\\}`);
const TEX_SIGN = /[\\^_={}]/;
const OTHER_SCRIPT = /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Common}\p{Script=Inherited}]/u;

/** What closes the formula that `text` begins with. */
export function closingOf(text: string): string | undefined {
  if (text.startsWith('$$')) return text[2] === '$' ? undefined : '$$';
  if (text.startsWith('\\[')) return '\\]';
  if (text.startsWith('\\(')) return '\\)';
  const name = BEGIN.exec(text)?.[1];
  return name && `\\end{${name}}`;
}

/** The formula between other words that begins at `at`. */
export function inlineFormula(text: string, at: number): Formula | undefined {
  const rest = text.slice(at, at + MAX_LENGTH);
  if (rest[0] === '$' && rest[1] !== '$') return dollars(rest, text[at - 1] ?? '');
  const closing = text[at - 1] === '$' ? undefined : closingOf(rest);
  const end = closing ? closingAt(rest, closing) : -1;
  return closing && end > 0 ? formula(rest.slice(0, end), closing) : undefined;
}

/** `source` as a formula, from its first character to its last. */
export function formula(source: string, closing: string): Formula | undefined {
  const whole = closing.startsWith('\\end');
  const tex = whole ? source : source.slice(2, -2).trim();
  if (!tex || source.length > MAX_LENGTH || !meansMathematics(tex, closing)) return undefined;
  return { source, tex, display: closing !== '\\)' };
}

/** Behind the closing delimiter; a formula knows no blank line. */
function closingAt(text: string, closing: string): number {
  const found = text.indexOf(closing, 2);
  const blank = /\n[ \t>]*\n/.exec(text)?.index ?? Number.POSITIVE_INFINITY;
  return found < 0 || found > blank ? -1 : found + closing.length;
}

/** Pandoc's rule, and a look at what stands between. */
function dollars(text: string, before: string): Formula | undefined {
  const found = /^\$((?:\\[^\n]|[^$\\`\n]|\n(?![ \t]*\n))+)\$(?![\w${(])/.exec(text);
  const tex = found?.[1];
  if (!found || !tex || /[\w$]/.test(before) || !/^[^\s?#!@&*;:,/%~)\]}"'.]/.test(tex)) return undefined;
  if (/[\s:/(,;=-]$/.test(tex) || /^[A-Z_][A-Z0-9_]{2,}/.test(tex) || !meansMathematics(tex, '$')) return undefined;
  return { source: found[0], tex, display: false };
}

function meansMathematics(tex: string, closing: string): boolean {
  const plain = tex
    .replace(/\\(text|mathrm|operatorname|mbox|textbf|textit)\s*\{[^}]*\}/g, '')
    .replace(/\\[A-Za-z]+/g, '');
  const words = plain.match(/(?<![\p{L}_^{])\p{L}{3,}(?![\p{L}(])/gu) ?? [];
  if (closing === '\\]' && /^([\d,;\s–-]+|[\p{L}\d][\p{L}\s-]+|[xX ])$/u.test(tex)) return false;
  if (
    closing === '$' &&
    /^\d/.test(tex) &&
    (/(^|[\s–-])\p{L}{2,}/u.test(plain) || OTHER_SCRIPT.test(plain)) &&
    !tex.includes('\\')
  )
    return false;
  return TEX_SIGN.test(tex) ? words.length < 6 || tex.includes('\\') : words.length < 2;
}
