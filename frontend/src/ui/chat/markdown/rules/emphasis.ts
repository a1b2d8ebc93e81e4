import type { MarkdownIt, StateInline } from 'markdown-it';

const STAR = 0x2a;
const LINE = 0x5f;

const SPACE = /^\s?$/u; // nothing is the edge of a line
const PUNCTUATION = /[\p{P}\p{S}]/u;
const DUNDER = /^(__)[\p{L}\p{N}_]*?[\p{L}\p{N}]__(?![\p{L}\p{N}_])/u;
const CAPITALISED = /^__\p{Lu}[\p{L}\p{N}]*\p{Ll}/u;

/**
 * Emphasis as people and models write it. CommonMark's rule is for languages that put spaces between words, and takes a
 * star for a mark wherever it touches one: here `**注意：**这是` and `**Note:**this` are bold, and `2*3*4`, `a**b**c` and
 * `__init__` are what they say.
 */
export function emphasis(md: MarkdownIt): void {
  md.inline.ruler.at('emphasis', (state, silent) => {
    const marker = state.src.charCodeAt(state.pos);
    if (silent || (marker !== STAR && marker !== LINE)) return false;
    const name = marker === LINE && dunder(state.src, state.pos);
    if (name) {
      state.pending += name;
      state.pos += name.length;
    } else pushMarks(state, marker);
    return true;
  });
}

/** `__name__`, whole, where one begins at `at`. `__Important__` is a word made bold. */
function dunder(src: string, at: number): string | undefined {
  if (/[\p{L}\p{N}_]/u.test(src[at - 1] ?? '')) return undefined;
  const rest = src.slice(at, at + 80);
  return CAPITALISED.test(rest) ? undefined : DUNDER.exec(rest)?.[0];
}

function pushMarks(state: StateInline, marker: number): void {
  const { length, can_open, can_close } = state.scanDelims(state.pos, marker === STAR);
  const end = state.pos + length;
  const operator = marker === STAR && isOperator(state.src, state.pos, end);
  const touches = marker === STAR && (length > 1 || besideIdeograph(state.src, state.pos, end));
  const open = !operator && (can_open || (touches && !SPACE.test(state.src[end] ?? '')));
  const close = !operator && (can_close || (touches && !SPACE.test(state.src[state.pos - 1] ?? '')));
  for (let at = 0; at < length; at++) {
    state.push('text', '', 0).content = String.fromCharCode(marker);
    state.delimiters.push({ marker, length, token: state.tokens.length - 1, end: -1, open, close });
  }
  state.pos = end;
}

/** Times or power: between two numbers, two names of one letter, or (one star) any two words of Latin letters. */
function isOperator(src: string, start: number, end: number): boolean {
  const before = /[A-Za-z0-9)\]]$/.exec(src.slice(Math.max(0, start - 1), start));
  const after = /^[A-Za-z0-9(]/.exec(src.slice(end, end + 1));
  if (!before || !after) return false;
  if (end - start === 1) return true;
  const around = `${src.slice(Math.max(0, start - 2), start)}*${src.slice(end, end + 2)}`;
  return end - start === 2 && /\d\*|\*\d|(^|[^A-Za-z0-9])[A-Za-z]\*|\*[A-Za-z]([^A-Za-z0-9]|$)/.test(around);
}

/** Scripts without spaces between words, where a star touches letters or punctuation on both sides. */
function besideIdeograph(src: string, start: number, end: number): boolean {
  const CJK = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\u3000-\u303f\uff00-\uffef]/u;
  const [before, after] = [src.slice(Math.max(0, start - 2), start), src.slice(end, end + 2)];
  const [last, first] = [[...before].at(-1) ?? '', [...after][0] ?? ''];
  return (CJK.test(last) || CJK.test(first)) && (PUNCTUATION.test(last) || PUNCTUATION.test(first));
}
