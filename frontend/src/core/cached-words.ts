import type { OutboxEntry } from './commands';
import type { LocritDb } from './db';
import type { Queue } from './queue';
import { conversationRows } from './shown-rows';
import { messageRows } from './sight';
import type { Conversation, Message } from './types';

const SLICE = 500;

/** What this browser has of what was said, as it shows it: what is not sent yet too, and with its edits. */
export class CachedWords {
  constructor(
    private readonly db: LocritDb,
    private readonly queue: Queue,
  ) {}

  /**
   * Newest first, of one conversation or of all, in slices: the first are there at once and nothing waits for the last.
   * Ids are in the order of time, but for those that others chose.
   */
  async *slices(conversationId?: string): AsyncGenerator<Message[]> {
    const entries = await this.queue.pending();
    const unsent = await this.unsent(entries);
    const isHere = (row: Message) => conversationId === undefined || row.conversation_id === conversationId;
    yield unsent.filter(isHere).reverse();
    const changed = new Set(unsent.map((row) => row.message_id));
    const stored = conversationId === undefined ? this.everywhere() : this.within(conversationId);
    for await (const slice of stored) yield slice.reverse().filter((row) => !changed.has(row.message_id));
  }

  /** Those of them that are shown, by id. */
  async conversations(ids: string[]): Promise<Map<string, Conversation>> {
    const stored = (await this.db.conversations.bulkGet(ids)).filter((row) => row !== undefined);
    const deleted = new Set(await this.db.locrits.filter(({ deleted_at }) => deleted_at !== null).primaryKeys());
    const shown = conversationRows(stored, await this.queue.pending(), new Map());
    return new Map(shown.filter((row) => !deleted.has(row.locrit_id)).map((row) => [row.conversation_id, row]));
  }

  private async unsent(entries: OutboxEntry[]): Promise<Message[]> {
    const ids = entries.flatMap(({ command }) => ('message_id' in command ? command.message_id : []));
    const stored = await this.db.messages.bulkGet([...new Set(ids)]);
    return messageRows(
      stored.filter((row) => row !== undefined),
      entries,
    );
  }

  /** Forwards within a slice: one by one backwards takes ten times as long. */
  private async *everywhere(): AsyncGenerator<Message[]> {
    const { messages } = this.db;
    let to: string | undefined = '\uffff';
    while (to !== undefined) {
      const before = messages.where(':id').below(to);
      const [from]: string[] = await before.clone().reverse().offset(SLICE).limit(1).primaryKeys();
      yield await (from === undefined ? before : messages.where(':id').between(from, to, true, false)).toArray();
      to = from;
    }
  }

  private async *within(id: string): AsyncGenerator<Message[]> {
    const place = (from: number, to: number) =>
      this.db.messages.where('[conversation_id+seq]').between([id, from], [id, to], false, true);
    const newest = await place(-1, Number.POSITIVE_INFINITY).last();
    for (let to = newest?.seq ?? 0; to > 0; to -= SLICE) yield await place(to - SLICE, to).toArray();
  }
}
