/** Where a query's words stand in a text, as the server finds them: words by their start, without case and accents. */
export class Matcher {
  private readonly patterns: RegExp[];

  constructor(words: string) {
    this.patterns = partsOf(words).map(patternOf);
  }

  /** Whether it looks for anything. */
  get isEmpty(): boolean {
    return this.patterns.length === 0;
  }

  has(text: string): boolean {
    const folded = fold(text);
    return this.patterns.every((pattern) => folded.search(pattern) >= 0);
  }

  /** Start and end of each place in the text, in its order; those that overlap are one. */
  places(text: string): [number, number][] {
    const { folded, at } = foldedWithPlaces(text);
    const found = this.patterns.flatMap((pattern) => [...folded.matchAll(pattern)].map((match) => spanOf(match, at)));
    const joined: [number, number][] = [];
    for (const [from, to] of found.sort((a, b) => a[0] - b[0])) {
      const last = joined.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else joined.push([from, to]);
    }
    return joined;
  }
}

const QUOTED_OR_WORD = /["“„«]([^"”“»]*)["”“»]?|([^\s"“„«]+)/gu;
const LETTER = '[\\p{L}\\p{N}]';
/** Scripts that are written without spaces: there a word begins anywhere. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

function partsOf(words: string): string[] {
  const parts = [...words.matchAll(QUOTED_OR_WORD)].map(([, quoted, word]) => fold(quoted ?? word ?? '').trim());
  return [...new Set(parts)].filter(Boolean);
}

function patternOf(part: string): RegExp {
  const source = part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s+');
  const begins = !UNSPACED.test(part) && new RegExp(`^${LETTER}`, 'u').test(part) ? `(?<!${LETTER})` : '';
  return new RegExp(begins + source, 'gu');
}

export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function isAscii(text: string): boolean {
  for (let n = 0; n < text.length; n += 1) if (text.charCodeAt(n) > 127) return false;
  return true;
}

/** `at` says for each place in the folded text where that is in the text, its end included. */
function foldedWithPlaces(text: string): { folded: string; at: number[] } {
  const at: number[] = [];
  let folded = '';
  let place = 0;
  for (const char of text) {
    const plain = fold(char);
    for (let n = 0; n < plain.length; n += 1) at.push(place);
    folded += plain;
    place += char.length;
  }
  return { folded, at: [...at, text.length] };
}

function spanOf(match: RegExpMatchArray, at: number[]): [number, number] {
  const start = match.index ?? 0;
  return [at[start] ?? 0, at[start + match[0].length] ?? at.at(-1) ?? 0];
}
