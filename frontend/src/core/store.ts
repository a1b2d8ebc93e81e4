import { type CommandOf, queueKey, subjectOf } from './commands';
import { conversationScope } from './commands/conversations';
import type { Cursor, LocritDb } from './db';
import type { Entities, Rows } from './entities';
import { shelved } from './entities/conversations';
import { type Express, type Proof, proofsIn, Queue } from './queue';
import { OPEN, type Range, withRange } from './ranges';
import { readKey } from './read-marks';
import { apply, consecutive, entitiesIn, put, tipOf } from './reducer';
import { Room, USED } from './room';
import { load, save } from './rows';
import type { ChangeEvent, Conversation, Locrit, Message, MessageList } from './types';
import { Views } from './views';
import { rangesOf } from './windows';

const NO_EXPRESS: Express = { isFree: () => false, send: () => {} };
const LISTED = 'list:';

/** Some of a conversation. `head_seq` is the newest event it includes. */
export type MessagePage = MessageList;

export interface StoreOptions {
  /** Whether a conversation is on the screen, and therefore stays. */
  isOpen: (conversationId: string) => boolean;
  /** Told when a conversation or a message was forgotten, here or elsewhere. */
  forgotten: (id: string) => void;
  express: Express;
}

/**
 * The only writer of IndexedDB, and what is read of it. Each method is one transaction: what it stores and what it takes
 * from the outbox become true together, in every tab.
 */
export class Store {
  readonly queue: Queue;
  readonly room: Room;
  readonly views: Views;
  private readonly isOpen: StoreOptions['isOpen'];
  private readonly forgotten: StoreOptions['forgotten'];

  constructor(
    readonly db: LocritDb,
    { isOpen = () => false, forgotten = () => {}, express = NO_EXPRESS }: Partial<StoreOptions> = {},
  ) {
    this.isOpen = isOpen;
    this.forgotten = forgotten;
    this.room = new Room(db, isOpen);
    this.queue = new Queue(db, this.room, express);
    this.views = new Views(db, this.queue);
  }

  /** Browsers on WebKit cut the database off from tabs in the background: a read tells, and opening again repairs it. */
  async revive(): Promise<void> {
    try {
      await this.db.meta.get('lastSavedAt');
    } catch {
      this.db.close();
      await this.db.open();
    }
  }

  /** Does something once in the life of this browser's database. When it fails it is done again at the next start. */
  async once(name: string, task: () => Promise<void>): Promise<void> {
    const key = `once:${name}`;
    if ((await this.db.meta.get(key)) !== undefined) return;
    await task();
    await this.mark(key, true);
  }

  cursor(scope: string): Promise<Cursor | undefined> {
    return this.db.cursors.get(scope);
  }

  /** Applies what continues the scope; true when events are missing in between. Events of a scope never loaded are a gap. */
  apply(scope: string, events: readonly ChangeEvent[]): Promise<boolean> {
    return this.transaction(async () => {
      const cursor = await this.cursor(scope);
      if (cursor === undefined) return events.length > 0;
      const { next, gap } = consecutive(cursor.seq, events);
      const last = next.at(-1);
      if (last === undefined) return gap;
      await this.merge(entitiesIn(next), (rows) => next.reduce(apply, rows));
      await this.confirm(proofsIn(next));
      for (const event of next) {
        if (event.type === 'conversation.forgotten') await this.forget(event.entity_id);
        if (event.type === 'message.forgotten') await this.blank(event.entity_id, event.rev);
      }
      await this.db.cursors.put({ ...cursor, seq: last.seq, tip: tipOf(last) });
      return gap;
    });
  }

  /**
   * Stores rows, and takes the operations that they prove done out of the outbox. A full browser does only the latter:
   * the rows come again with their events.
   */
  put(entities: Entities, done: readonly string[] = []): Promise<void> {
    const both = async () => {
      await this.merge(entities, (rows) => put(rows, entities));
      await this.confirm(done.map((op_id) => ({ op_id })));
    };
    const gone = async () => void (await this.db.outbox.where('op_id').anyOf(done).delete());
    return done.length > 0 ? this.room.writeOr(() => this.inOne(both), gone) : this.transaction(both);
  }

  /** Starts a scope over at a state of the server that includes every event up to `seq`. */
  reset(cursor: Cursor): Promise<unknown> {
    return this.db.cursors.put(cursor);
  }

  /**
   * Starts a conversation over from its newest page. What was cached may have been changed or forgotten since, and goes;
   * it is loaded again on demand. What one of the two was too early to include comes again with its event.
   */
  startAt(conversation: Conversation, page: MessagePage): Promise<void> {
    const { conversation_id } = conversation;
    const scope = conversationScope(conversation_id);
    const entities = { conversations: [conversation], messages: page.messages };
    return this.transaction(async () => {
      if ((await this.cursor(scope)) !== undefined) await this.drop(conversation_id);
      await this.merge(entities, (rows) => put(rows, entities));
      const from = page.has_more ? (page.messages[0]?.seq ?? 0) : 0;
      const seq = Math.min(page.head_seq, conversation.head_seq);
      await this.db.cursors.put({ scope, seq, base: seq, ranges: [{ from, to: OPEN }] });
      this.views.windows.startOver(conversation_id);
    });
  }

  /** Another page, the whole of `range`. False when the cache was started over after it was asked for. */
  addPage(conversationId: string, page: MessagePage, range: Range): Promise<boolean> {
    return this.transaction(async () => {
      const cursor = await this.cursor(conversationScope(conversationId));
      if (cursor === undefined || page.head_seq < (cursor.base ?? 0)) return false;
      const { messages } = page;
      await this.merge({ messages }, (rows) => put(rows, { messages }));
      await this.db.cursors.put({ ...cursor, ranges: withRange(rangesOf(cursor), range) });
      return true;
    });
  }

  /** Keeps the text of a running reply; one that has ended meanwhile, or reaches further, stays as it is. */
  checkpoint(messageId: string, content: string, idx: number): Promise<void> {
    return this.transaction(async () => {
      const message = await this.db.messages.get(messageId);
      if (message?.status !== 'streaming') return;
      const messages = [{ ...message, content, idx }];
      await this.merge({ messages }, (rows) => put(rows, { messages }));
    });
  }

  /** The server knows other Locrits no more: the list is the whole truth. */
  replaceLocrits(locrits: readonly Locrit[]): Promise<void> {
    return this.transaction(async () => {
      const known = new Set(locrits.map((locrit) => locrit.id));
      const gone = (await this.db.locrits.toCollection().primaryKeys()).filter((id) => !known.has(id));
      await this.db.locrits.bulkDelete(gone);
      await this.merge({ locrits }, (rows) => put(rows, { locrits }));
    });
  }

  cachedConversations(): Promise<string[]> {
    return this.db.conversations.toCollection().primaryKeys();
  }

  /** How far a list was loaded from the server. */
  async listed<T>(list: string): Promise<T | undefined> {
    return (await this.db.meta.get(LISTED + list))?.value as T | undefined;
  }

  markListed(list: string, value: unknown): Promise<unknown> {
    return this.mark(LISTED + list, value);
  }

  async clearListed(): Promise<void> {
    await this.db.meta.where('key').startsWith(LISTED).delete();
  }

  /** The conversation is in the trash, or does not exist any more (no `row`). What waits in the outbox stays there. */
  uncache(conversationId: string, row?: Conversation): Promise<void> {
    return this.transaction(async () => {
      await this.drop(conversationId);
      await this.db.cursors.delete(conversationScope(conversationId));
      if (row !== undefined) await this.db.conversations.put(shelved(row, false));
    });
  }

  /** Leaves nothing of what was said in a conversation, nor of what was still to be said in it. */
  forget(conversationId: string): Promise<void> {
    return this.transaction(async () => {
      await this.dropMessages(conversationId);
      await this.db.cursors.delete(conversationScope(conversationId));
      await this.db.outbox.where('lane').equals(conversationScope(conversationId)).delete();
      await this.db.meta.bulkDelete([readKey(conversationId), USED + conversationId]);
      this.forgotten(conversationId);
    });
  }

  /**
   * After a long absence nobody tells what was forgotten: what is cached of conversations in which something happened since
   * goes. What is on the screen catches up by itself, the rest is loaded again on demand.
   */
  dropOutdated(): Promise<void> {
    return this.transaction(async () => {
      for (const { conversation_id, head_seq } of await this.db.conversations.toArray()) {
        const scope = conversationScope(conversation_id);
        if (this.isOpen(conversation_id) || (await this.cursor(scope))?.seq === head_seq) continue;
        await this.dropMessages(conversation_id);
        await this.db.cursors.delete(scope);
      }
    });
  }

  /** When room is needed, what was used longest ago goes first. `now` is in milliseconds. */
  async markUsed(conversationId: string, now: number): Promise<void> {
    await this.mark(USED + conversationId, now);
  }

  async markRead(conversationId: string): Promise<void> {
    const conversation = await this.db.conversations.get(conversationId);
    if (conversation === undefined) return;
    const key = readKey(conversationId);
    const seen = await this.db.meta.get(key);
    if (seen?.value !== conversation.message_count) await this.mark(key, conversation.message_count);
  }

  private mark(key: string, value: unknown): Promise<unknown> {
    return this.room.write(() => this.db.meta.put({ key, value }));
  }

  // -- Within a transaction

  private transaction<T>(body: () => Promise<T>): Promise<T> {
    return this.room.write(() => this.inOne(body));
  }

  private inOne<T>(body: () => Promise<T>): PromiseLike<T> {
    return this.db.transaction('rw', this.db.tables, body);
  }

  private async merge(entities: Entities, change: (rows: Rows) => Rows): Promise<void> {
    const before = await load(this.db, entities);
    const { messages = [], conversations = [] } = await save(this.db, before, change(before));
    for (const message of messages) if (message.forgotten_at) await this.withdraw(message);
    await this.startCounting(conversations.filter((row) => !before.conversations.has(row.conversation_id)));
  }

  /** Nothing that was still to be done to a forgotten message may bring it back. */
  private async withdraw({ message_id, conversation_id }: Message): Promise<void> {
    this.forgotten(message_id);
    const lane = this.db.outbox.where('lane').equals(conversationScope(conversation_id));
    await lane.and(({ command }) => subjectOf(command) === message_id).delete();
  }

  /** Its conversation is not open: of the stub that takes its place, all but the content is known. */
  private async blank(messageId: string, rev: number): Promise<void> {
    this.forgotten(messageId);
    const row = await this.db.messages.get(messageId);
    if (row === undefined || row.rev >= rev) return;
    const forgotten_at = new Date().toISOString();
    const nothing = { content: '', metadata: {}, error: null, usage: null };
    const messages = [{ ...row, ...nothing, rev, deleted_at: forgotten_at, forgotten_at }];
    await this.merge({ messages }, (rows) => put(rows, { messages }));
  }

  private async drop(conversationId: string): Promise<void> {
    await this.dropMessages(conversationId);
    await this.db.conversations.delete(conversationId);
  }

  private async dropMessages(conversationId: string): Promise<void> {
    await this.db.messages
      .where('[conversation_id+seq]')
      .between([conversationId, 0], [conversationId, Infinity])
      .delete();
  }

  /** A conversation counts as read up to the moment when this browser first heard of it. */
  private async startCounting(conversations: readonly Conversation[]): Promise<void> {
    if (conversations.length === 0) return;
    const marks = conversations.map((row) => ({ key: readKey(row.conversation_id), value: row.message_count }));
    const known = await this.db.meta.bulkGet(marks.map((mark) => mark.key));
    await this.db.meta.bulkPut(marks.filter((_, index) => known[index] === undefined));
  }

  /** Takes operations that the server has done out of the outbox. */
  private async confirm(proofs: readonly Proof[]): Promise<void> {
    const done = await this.queue.settle(proofs);
    if (done.length === 0) return;
    await this.db.meta.put({ key: 'lastSavedAt', value: Date.now() });
    for (const { command } of done) if (command.type === 'message.edit') await this.rebase(command);
  }

  /** Later edits of the same message were made on top of this one: they are not in conflict with it. */
  private async rebase(done: CommandOf<'message.edit'>): Promise<void> {
    const row = await this.db.messages.get(done.message_id);
    await this.db.outbox
      .where('lane')
      .equals(queueKey(done))
      .modify(({ command }) => {
        const next = command.type === 'message.edit' && command.message_id === done.message_id ? command : undefined;
        if (next?.rev === done.rev && row !== undefined) next.rev = row.rev;
      });
  }
}
