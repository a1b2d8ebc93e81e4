export interface Piece {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Beyond this many comparisons what lies between the common beginning and end counts as changed. */
const MAX_COMPARISONS = 4_000_000;

const wordsOf = (text: string) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** What was removed and added, in words, by the longest common subsequence; in the order of reading. */
export function wordDiff(before: string, after: string): Piece[] {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const same = (words: string[]): Piece[] => words.map((text) => ({ kind: 'same', text }));
  return joined([
    ...same(a.slice(0, start)),
    ...between(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ]);
}

function between(a: string[], b: string[]): Piece[] {
  if (a.length * b.length > MAX_COMPARISONS)
    return [
      { kind: 'removed', text: a.join('') },
      { kind: 'added', text: b.join('') },
    ];
  const common = commonLengths(a, b);
  const width = b.length + 1;
  const length = (i: number, j: number) => common[i * width + j] ?? 0;
  const pieces: Piece[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [old, fresh] = [a[i], b[j]];
    if (old !== undefined && old === fresh) {
      pieces.push({ kind: 'same', text: old });
      i++;
      j++;
    } else if (old !== undefined && (fresh === undefined || length(i + 1, j) >= length(i, j + 1))) {
      pieces.push({ kind: 'removed', text: old });
      i++;
    } else if (fresh !== undefined) {
      pieces.push({ kind: 'added', text: fresh });
      j++;
    }
  }
  return pieces;
}

/** Row by row: how many words the rest of `a` from i and the rest of `b` from j have in common, in this order. */
function commonLengths(a: string[], b: string[]): Uint16Array {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * width + j] =
        a[i] === b[j]
          ? (table[(i + 1) * width + j + 1] as number) + 1
          : Math.max(table[(i + 1) * width + j] as number, table[i * width + j + 1] as number);
  return table;
}

/** Neighbours of a kind as one piece. A space between two changes belongs to both: words are read, not gaps. */
function joined(pieces: Piece[]): Piece[] {
  const result: Piece[] = [];
  let [removed, added] = ['', ''];
  const flush = () => {
    if (removed) result.push({ kind: 'removed', text: removed });
    if (added) result.push({ kind: 'added', text: added });
    [removed, added] = ['', ''];
  };
  pieces.forEach(({ kind, text }, at) => {
    const next = pieces[at + 1]?.kind ?? 'same';
    const gap = kind === 'same' && !text.trim() && (removed || added) && next !== 'same';
    if (kind === 'removed' || gap) removed += text;
    if (kind === 'added' || gap) added += text;
    if (kind !== 'same' || gap) return;
    flush();
    const last = result[result.length - 1];
    if (last?.kind === 'same') last.text += text;
    else result.push({ kind, text });
  });
  flush();
  return result;
}
