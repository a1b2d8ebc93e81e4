import { Value } from './signal';
import type { Signal, Theme } from './types';

const PREFIX = 'locrit.';
const THEME = 'theme'; // public/theme.js reads it before the first paint
const FORM = 'form.';
/** Of forms that were left and never come back to, the newest are kept. */
const FORMS_KEPT = 50;

/** Small things that must be there at first paint. A browser that blocks storage forgets them, and works. */
export class LocalState {
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

  /** What was filled into a form and not saved; undefined when there is nothing, or nothing that can be read. */
  formDraft(key: string): unknown {
    return asForm(this.read(FORM + key))?.value;
  }

  /** `null` takes it away. A key is a path whose ids are encoded: what is forgotten takes its drafts with it. */
  saveFormDraft(key: string, value: unknown): void {
    this.write(FORM + key, value === null ? '' : JSON.stringify({ at: Date.now(), value }));
    for (const old of this.formDraftKeys().slice(FORMS_KEPT)) this.write(FORM + old, '');
  }

  /** The newest first. */
  formDraftKeys(prefix = ''): string[] {
    const start = PREFIX + FORM;
    return this.entries(/^locrit\.form\./)
      .map(([key, text]) => ({ key: key.slice(start.length), at: asForm(text)?.at ?? 0 }))
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => b.at - a.at)
      .map(({ key }) => key);
  }

  /** Of a conversation or a message: what was being written to it. */
  clearDrafts(id: string): void {
    this.saveDraft(id, '');
    for (const key of this.formDraftKeys())
      if (key.split('/').includes(encodeURIComponent(id))) this.saveFormDraft(key, null);
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

function asForm(text: string | undefined): { at: number; value: unknown } | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined; // not ours
  }
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
