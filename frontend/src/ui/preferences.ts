import type { Signal } from '../core';
import type { LanguageChoice } from './text/text';

export type MessageFont = 'sans' | 'serif';

/** Choices of this browser that only the interface knows; the theme is the client's. */
export interface Choices {
  language: LanguageChoice;
  messageFont: MessageFont;
  /** Long lines of code are broken instead of scrolled. */
  wrapCode: boolean;
  /** That the small offline model is small has been read. */
  smallModelSeen: boolean;
}

export interface Preferences extends Signal<Choices> {
  set(change: Partial<Choices>): void;
}

const KEY = 'locrit.preferences';

function read(): Choices {
  const defaults: Choices = { language: 'system', messageFont: 'sans', wrapCode: false, smallModelSeen: false };
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
  } catch {
    return defaults; // Storage is blocked or the value is not ours.
  }
}

function write(choices: Choices): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // Storage is blocked or full: the choice holds until the page closes.
  }
}

export function createPreferences(): Preferences {
  let choices = read();
  const listeners = new Set<() => void>();
  return {
    get: () => choices,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(change) {
      choices = { ...choices, ...change };
      write(choices);
      for (const listener of listeners) listener();
    },
  };
}
