import { Value } from './signal';
import type { Signal, Theme } from './types';

const PREFIX = 'locrit.';
const THEME = 'theme'; // public/theme.js reads it before the first paint

/** Small things that must be there at first paint. A browser that blocks storage forgets them, and works. */
export class Preferences {
  private readonly chosenTheme: Value<Theme>;

  constructor(private readonly storage: Storage | undefined = browserStorage()) {
    this.chosenTheme = new Value(asTheme(this.read(THEME)));
  }

  get theme(): Signal<Theme> {
    return this.chosenTheme;
  }

  setTheme(theme: Theme): void {
    this.write(THEME, theme);
    this.chosenTheme.set(theme);
  }

  draft(conversationId: string): string {
    return this.read(`draft.${conversationId}`) ?? '';
  }

  saveDraft(conversationId: string, text: string): void {
    this.write(`draft.${conversationId}`, text);
  }

  forget(conversationId: string): void {
    this.saveDraft(conversationId, '');
  }

  lastConversation(locrit?: string): string | undefined {
    return this.read(lastKey(locrit));
  }

  setLastConversation(conversationId: string, locrit?: string): void {
    this.write(lastKey(), conversationId);
    if (locrit !== undefined) this.write(lastKey(locrit), conversationId);
  }

  /** What other programs of this origin keep, older clients among them. */
  entries(keys: RegExp): [string, string][] {
    try {
      return Object.entries({ ...this.storage }).filter(([key, value]) => keys.test(key) && typeof value === 'string');
    } catch {
      return []; // blocked by the browser's settings
    }
  }

  private read(key: string): string | undefined {
    try {
      return this.storage?.getItem(PREFIX + key) ?? undefined;
    } catch {
      return undefined; // blocked by the browser's settings
    }
  }

  private write(key: string, value: string): void {
    try {
      if (value === '') this.storage?.removeItem(PREFIX + key);
      else this.storage?.setItem(PREFIX + key, value);
    } catch {
      // Blocked or full: it will not be remembered.
    }
  }
}

function lastKey(locrit?: string): string {
  return locrit === undefined ? 'last' : `last.${locrit}`;
}

function asTheme(text: string | undefined): Theme {
  return text === 'light' || text === 'dark' ? text : 'system';
}

function browserStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
