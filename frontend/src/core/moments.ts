const FIRST_YEAR_MS = Date.UTC(1971, 1);
const LAST_YEAR_MS = Date.UTC(9998, 0);

/** A moment as another client wrote it down: milliseconds or a text. Undefined for what is none. */
export function momentIn(value: unknown): string | undefined {
  const ms = typeof value === 'number' ? value : new Date(String(value)).getTime();
  return ms > FIRST_YEAR_MS && ms < LAST_YEAR_MS ? new Date(ms).toISOString() : undefined;
}

/**
 * Messages in their order: of which nobody knows when they were said, it was when what stands before them was said, at the
 * beginning when what stands behind. So a thread that comes from elsewhere is not said today because of one of them.
 */
export function timed<T extends { created_at?: string }>(messages: readonly T[]): T[] {
  let at = messages.find((message) => message.created_at)?.created_at;
  return messages.map((message) => {
    at = message.created_at ?? at;
    return at ? { ...message, created_at: at } : message;
  });
}
