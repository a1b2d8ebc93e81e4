// biome-ignore lint/style/noRestrictedImports: a live query follows Dexie tables only, so the demo keeps one, with a counter.
import Dexie, { type Table } from 'dexie';
import type { ConversationRow, Locrit, MessageRow, Signal } from '../../core';

export function signal<T>(value: T): Signal<T> & { set(value: T): void } {
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      value = next;
      for (const listener of listeners) listener();
    },
  };
}

/** Everything the demo knows, in memory. Reading it inside a live query makes the query run again after `change`. */
export class DemoStore {
  locrits: Locrit[] = [];
  conversations: ConversationRow[] = [];
  messages: MessageRow[] = [];
  /** Earlier texts by message, oldest first. */
  readonly versions = new Map<string, string[]>();
  private readonly counter: Table<{ id: number; n: number }, number>;
  private n = 0;

  constructor() {
    const db = new Dexie(`demo-${Math.random()}`);
    db.version(1).stores({ counter: 'id' });
    this.counter = db.table('counter');
  }

  async read<T>(answer: () => T): Promise<T> {
    await this.counter.get(1);
    return answer();
  }

  async change(action: () => void): Promise<void> {
    action();
    this.n += 1;
    await this.counter.put({ id: 1, n: this.n });
  }

  async editMessage(id: string, changes: Partial<MessageRow>): Promise<void> {
    await this.change(() => {
      this.messages = this.messages.map((each) => (each.message_id === id ? { ...each, ...changes } : each));
    });
  }

  /** As a new version. */
  async say(id: string, content: string): Promise<void> {
    const before = this.messages.find((each) => each.message_id === id);
    if (!before) return;
    this.versions.set(id, [...(this.versions.get(id) ?? []), before.content]);
    await this.editMessage(id, { content, rev: before.rev + 1 });
  }

  async editConversation(id: string, changes: Partial<ConversationRow>): Promise<void> {
    await this.change(() => {
      this.conversations = this.conversations.map((each) =>
        each.conversation_id === id ? { ...each, ...changes } : each,
      );
    });
  }
}
