import type { Table } from 'dexie';
import { conversationScope, type LocritDb, type Meta, type OutboxEntry } from './db';
import { conversationRows, messageRows } from './echo';
import type { Queue } from './queue';
import type { Conversation, ConversationRow, Locrit, Message, MessageRow, Parked } from './types';

export const PAGE = 50;
const READ = 'read:';

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

  /** By its name, or by one that it had before. */
  async locrit(name: string): Promise<Locrit | undefined> {
    const rows = await this.locrits();
    return rows.find((locrit) => locrit.name === name) ?? rows.find((locrit) => locrit.former_names?.includes(name));
  }

  async conversations({ locrit, archived = false }: ConversationFilter): Promise<ConversationRow[]> {
    const { conversations, locrits, meta } = this.db;
    const stored = async () =>
      this.withLocrit(
        locrit === undefined
          ? await conversations.toArray()
          : await conversations.where('locrit_name').equals(locrit).toArray(),
      );
    const marks = () => meta.where('key').startsWith(READ).toArray();
    const rows = await this.atOnce([conversations, locrits, meta], async () =>
      conversationRows(...(await Promise.all([stored(), this.queue.pending(), marks().then(readCounts)]))),
    );
    return rows.filter((row) => row.archived === archived && (locrit === undefined || row.locrit_name === locrit));
  }

  conversation(id: string): Promise<ConversationRow | undefined> {
    const { conversations, locrits, meta } = this.db;
    return this.atOnce([conversations, locrits, meta], async () => {
      const [stored, entries, mark] = await Promise.all([
        conversations.get(id),
        this.queue.lane(conversationScope(id)),
        meta.get(readKey(id)),
      ]);
      const shown = await this.withLocrit(stored ? [stored] : []);
      if (stored && shown.length === 0) return undefined;
      return conversationRows(shown, entries, readCounts(mark ? [mark] : []))[0];
    });
  }

  /** Without those whose Locrit is in the trash: they went there with it. By its id, for names are used again. */
  private async withLocrit(rows: Conversation[]): Promise<Conversation[]> {
    const deleted = await this.db.locrits.filter((locrit) => locrit.deleted_at !== null).primaryKeys();
    return rows.filter((row) => !deleted.includes(row.locrit_id));
  }

  messages(conversationId: string): Promise<MessageRow[]> {
    const { messages, cursors } = this.db;
    return this.atOnce([messages, cursors], async () =>
      messageRows(
        ...(await Promise.all([this.shown(conversationId), this.queue.lane(conversationScope(conversationId))])),
      ),
    );
  }

  /** The newest page of what is cached, newest first. */
  newest(conversationId: string): Promise<Message[]> {
    return this.between(conversationId, 0, Infinity).reverse().limit(PAGE).toArray();
  }

  /** All that is cached of a conversation, oldest first. */
  cached(conversationId: string): Promise<Message[]> {
    return this.between(conversationId, 0, Infinity).toArray();
  }

  showFrom(conversationId: string, seq: number): void {
    this.shownFrom.set(conversationId, seq);
  }

  /** Shows an older page that is cached. Where there is none but may be more, `before` says from where to ask the server. */
  async showOlder(conversationId: string): Promise<{ more: boolean; before?: number }> {
    const scope = conversationScope(conversationId);
    const cursor = await this.db.cursors.get(scope);
    if (cursor === undefined) return { more: false };
    if (!this.shownFrom.has(conversationId)) await this.shown(conversationId);
    const from = cursor.from ?? 0;
    const start = this.shownFrom.get(conversationId) ?? from;
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

  async parked(): Promise<Parked[]> {
    const entries = (await this.queue.pending()).filter((entry) => entry.state === 'attention');
    return Promise.all(entries.map((entry) => this.asParked(entry)));
  }

  private async asParked({ op_id: opId, command, problem }: OutboxEntry): Promise<Parked> {
    const conversationId = 'conversation_id' in command ? command.conversation_id : undefined;
    const conversation = conversationId === undefined ? undefined : await this.db.conversations.get(conversationId);
    const locrit = conversation?.locrit_name ?? ('locrit_name' in command ? command.locrit_name : undefined);
    const text = 'content' in command ? command.content : (conversation?.title ?? '');
    return { opId, text, problem, locrit, conversationId };
  }

  async lastSavedAt(): Promise<number | null> {
    return ((await this.db.meta.get('lastSavedAt'))?.value as number | undefined) ?? null;
  }

  /** In one moment: between two of them an entry could leave the outbox unseen, and its row not yet be there. */
  private atOnce<T>(tables: Table[], read: () => Promise<T>): Promise<T> {
    return this.db.transaction('r', [...tables, this.db.outbox], read);
  }

  /** The rows that this tab shows, oldest first: from where it has begun to, else the newest page. */
  private async shown(conversationId: string): Promise<Message[]> {
    const [cursor, newest] = await Promise.all([
      this.db.cursors.get(conversationScope(conversationId)), // always: it is what live queries watch
      this.shownFrom.has(conversationId) ? undefined : this.between(conversationId, 0, Infinity).last(),
    ]);
    const from = cursor?.from ?? 0;
    const start = this.shownFrom.get(conversationId) ?? Math.max(from, (newest?.seq ?? 0) - PAGE + 1);
    if (cursor !== undefined) this.showFrom(conversationId, start);
    return this.between(conversationId, start, Infinity).toArray();
  }

  private between(conversationId: string, from: number, to: number) {
    return this.db.messages
      .where('[conversation_id+seq]')
      .between([conversationId, from], [conversationId, to], true, true);
  }
}

/** Under which the message count is kept that was seen last. */
export function readKey(conversationId: string): string {
  return `${READ}${conversationId}`;
}

function readCounts(marks: readonly Meta[]): Map<string, number> {
  return new Map(marks.map(({ key, value }) => [key.slice(READ.length), value as number]));
}
