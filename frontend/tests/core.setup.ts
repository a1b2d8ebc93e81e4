import 'fake-indexeddb/auto';
import { afterEach, expect } from 'vitest';

/** A transaction that was lost on the way is tried again by the outbox, and nothing fails but this. */
const lost: string[] = [];
const report = console.error;
console.error = (...told: unknown[]) => {
  if (String(told[0]).startsWith('PrematureCommitError')) lost.push(String(told[0]));
  report(...told);
};

afterEach(() => expect(lost.splice(0)).toEqual([]));
