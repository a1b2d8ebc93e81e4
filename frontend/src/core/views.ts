import { conversationScope, type LocritDb } from './db';
import { conversationRows, messageRows } from './echo';
import type { Queue } from './queue';
import type { ConversationRow, Locrit, Message, MessageRow } from './types';

export const PAGE = 50;
export const READ = 'read:';

export interface ConversationFilter {
  locrit?: string;
  archived?: boolean;
}

/** What the interface reads: cached rows with the outbox's effects over them. Made for live queries. */
export class Views {
  /** Of each conversation, the message seq from which on this tab shows it. */
  private readonly shownFrom = new Map<string, number>();

  constructor(
    private readonly db: LocritDb,
    private readonly queue: Queue,
  ) {}

  async locrits(): Promise<Locrit[]> {
    const rows = await this.db.locrits.toArray();
    return rows.filter((locrit) => !locrit.deleted_at).sort((a, b) => a.name.localeCompare(b.name));
  }

  async conversations({ locrit, archived = false }: ConversationFilter): Promise<ConversationRow[]> {
    const { conversations } = this.db;
    const rows = await this.atOnce(async () => {
      const stored = await (locrit === undefined
        ? conversations.toArray()
        : conversations.where('locrit_name').equals(locrit).toArray());
      return conversationRows(stored, await this.queue.pending(), await this.readCounts());
    });
    return rows.filter((row) => row.archived === archived && (locrit === undefined || row.locrit_name === locrit));
  }

  conversation(id: string): Promise<ConversationRow | undefined> {
    return this.atOnce(async () => {
      const stored = await this.db.conversations.get(id);
      const entries = await this.queue.lane(conversationScope(id));
      return conversationRows(stored ? [stored] : [], entries, await this.readCounts())[0];
    });
  }

  messages(conversationId: string): Promise<MessageRow[]> {
    return this.atOnce(async () => {
      const from = await this.windowStart(conversationId);
      const stored = await this.between(conversationId, from, Infinity).toArray();
      return messageRows(stored, await this.queue.lane(conversationScope(conversationId)));
    });
  }

  /** The newest page of what is cached, newest first. */
  newest(conversationId: string, from = 0): Promise<Message[]> {
    return this.between(conversationId, from, Infinity).reverse().limit(PAGE).toArray();
  }

  showFrom(conversationId: string, seq: number): void {
    this.shownFrom.set(conversationId, seq);
  }

  /** Shows an older page that is cached. Where there is none but may be more, `before` says from where to ask the server. */
  async showOlder(conversationId: string): Promise<{ more: boolean; before?: number }> {
    const scope = conversationScope(conversationId);
    const cursor = await this.db.cursors.get(scope);
    if (cursor === undefined) return { more: false };
    const start = await this.windowStart(conversationId);
    const from = cursor.from ?? 0;
    const cached = await this.between(conversationId, from, start - 1)
      .reverse()
      .limit(PAGE)
      .toArray();
    const oldest = cached.at(-1);
    if (oldest === undefined) return cursor.complete ? { more: false } : { more: true, before: start };
    this.showFrom(conversationId, oldest.seq);
    await this.db.cursors.update(scope, { touched: oldest.seq }); // wakes the live queries of this conversation
    return { more: !(cursor.complete && oldest.seq <= from) };
  }

  async lastSavedAt(): Promise<number | null> {
    return ((await this.db.meta.get('lastSavedAt'))?.value as number | undefined) ?? null;
  }

  /** In one moment: between two of them an entry could leave the outbox unseen, and its row not yet be there. */
  private atOnce<T>(read: () => Promise<T>): Promise<T> {
    const { conversations, messages, outbox, cursors, meta } = this.db;
    return this.db.transaction('r', [conversations, messages, outbox, cursors, meta], read);
  }

  private async windowStart(conversationId: string): Promise<number> {
    const cursor = await this.db.cursors.get(conversationScope(conversationId)); // always: it is what live queries watch
    const known = this.shownFrom.get(conversationId);
    if (known !== undefined) return known;
    const from = cursor?.from ?? 0;
    const newest = await this.newest(conversationId, from);
    // Less than a page is not the whole yet: what was acknowledged can be here before older events are.
    const start = newest.length < PAGE ? from : (newest.at(-1)?.seq ?? from);
    if (cursor !== undefined) this.showFrom(conversationId, start);
    return start;
  }

  private between(conversationId: string, from: number, to: number) {
    return this.db.messages
      .where('[conversation_id+seq]')
      .between([conversationId, from], [conversationId, to], true, true);
  }

  private async readCounts(): Promise<Map<string, number>> {
    const marks = await this.db.meta.where('key').startsWith(READ).toArray();
    return new Map(marks.map((mark) => [mark.key.slice(READ.length), mark.value as number]));
  }
}
