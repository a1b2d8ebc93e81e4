const KEY = 'locrit.debug';

/** Tells the console what happens and why, while localStorage holds `locrit.debug` = `1`. Never what was said. */
export function debug(
  topic: 'outbox' | 'event' | 'sync' | 'leader' | 'quota',
  what: string,
  details: object = {},
): void {
  if (enabled()) console.debug(`[locrit ${topic}] ${what}`, details);
}

function enabled(): boolean {
  try {
    return globalThis.localStorage?.getItem(KEY) === '1';
  } catch {
    return false; // blocked by the browser's settings
  }
}
