import type { Meta } from './db';

const READ = 'read:';

/** Under which the message count is kept that was seen last. */
export function readKey(conversationId: string): string {
  return `${READ}${conversationId}`;
}

export function readCounts(marks: readonly Meta[]): Map<string, number> {
  return new Map(marks.map(({ key, value }) => [key.slice(READ.length), value as number]));
}
