import { diffArrays } from 'diff/lib/diff/array.js'; // from its index the bundler keeps all: 7 kB more

export interface Piece {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Texts that have less in common are told as a whole: nobody reads so many changes, and finding them takes long. */
const MAX_CHANGED_WORDS = 1_000;

const wordsOf = (text: string) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** What was removed and added, in words of every alphabet and in the order of reading. */
export function wordDiff(before: string, after: string): Piece[] {
  const changes = diffArrays(wordsOf(before), wordsOf(after), { maxEditLength: MAX_CHANGED_WORDS });
  return joined(
    changes?.map(({ added, removed, value }) => ({
      kind: added ? 'added' : removed ? 'removed' : 'same',
      text: value.join(''),
    })) ?? [
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ],
  );
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
    const gap = kind === 'same' && !text.trim() && at > 0 && at < pieces.length - 1;
    if (kind === 'removed' || gap) removed += text;
    if (kind === 'added' || gap) added += text;
    if (kind !== 'same' || gap) return;
    flush();
    result.push({ kind, text });
  });
  flush();
  return result.filter(({ text }) => text);
}
