/** Places (seq) in a conversation, both ends included: as a part of the cache, one without holes. */
export interface Range {
  from: number;
  to: number;
}

/** Where the newest range ends: it has whatever will be said. */
export const OPEN = Number.POSITIVE_INFINITY;
export const EVERYTHING: Range = { from: 0, to: OPEN };
/** A range that begins here or before has the start of the conversation. */
const FIRST = 1;

export const atStart = ({ from }: Range) => from <= FIRST;
export const atEnd = ({ to }: Range) => to === OPEN;

/** With one more, in their order; those that touch are one. */
export function withRange(ranges: readonly Range[], added: Range): Range[] {
  const touching = ranges.filter((each) => touch(each, added));
  const whole = touching.reduce(hull, added);
  return [...ranges.filter((each) => !touching.includes(each)), whole].sort((a, b) => a.from - b.from);
}

export function rangeAt(ranges: readonly Range[], seq: number): Range | undefined {
  return ranges.find(({ from, to }) => from <= seq && seq <= to);
}

export function touch(a: Range, b: Range): boolean {
  return a.from <= b.to + 1 && b.from <= a.to + 1;
}

export function hull(a: Range, b: Range): Range {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
