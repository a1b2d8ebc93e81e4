import Dexie, { type PromiseExtended } from 'dexie';

/** A change is soon followed by what belongs to it. */
const SOON_MS = 50;
export const EVERY_MS = 250;

/**
 * For live queries of what many changes touch: read at once the first time, and then what changes in a short time is read
 * once. A promise of Dexie's waits, so that what is read still counts as read by the live query.
 */
export function calmed<T>(read: () => Promise<T>): () => Promise<T> {
  let asked = 0;
  let begun = Number.NEGATIVE_INFINITY;
  return () => {
    asked += 1;
    const own = asked;
    const now = performance.now();
    if (own === 1) {
      begun = now;
      return read();
    }
    return after(Math.max(SOON_MS, begun + EVERY_MS - now)).then(() => {
      if (own !== asked) throw new DOMException('It is read for a later change.', 'AbortError'); // which nobody awaits
      begun = performance.now();
      return read();
    });
  };
}

function after(ms: number): PromiseExtended<void> {
  return new Dexie.Promise<void>((resolve) => setTimeout(resolve, ms)) as PromiseExtended<void>;
}
