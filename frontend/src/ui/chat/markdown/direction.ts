import type { Node } from './tree';

const RIGHT_TO_LEFT = /[\p{sc=Arab}\p{sc=Hebr}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}\p{sc=Rohg}]/u;

/** That of the first letter in what holds blocks: `dir="auto"` does not look into what has a `dir` of its own. */
export function directionOf(node: Node): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.test(firstLetter(node)) ? 'rtl' : 'ltr';
}

function firstLetter({ type, token, children }: Node): string {
  if (type === 'inline') return /\p{L}/u.exec(token.content)?.[0] ?? '';
  for (const child of children) {
    const letter = firstLetter(child);
    if (letter) return letter;
  }
  return '';
}
