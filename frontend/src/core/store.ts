import { Cache, type CacheOptions, type MessagePage } from './cache';
import { conversationScope } from './commands/conversations';
import type { Cursor, LocritDb } from './db';
import type { Entities } from './entities';
import type { Body } from './parts';
import { type FastPath, Queue } from './queue';
import type { Range } from './ranges';
import { readKey } from './read-marks';
import { idsIn } from './rows';
import { type Steps, step } from './steps';
import { StorageQuota, USED } from './storage-quota';
import type { ChangeEvent, Concept, Conversation, KeptConcepts, Locrit, Memory } from './types';
import { Views } from './views';

const NO_FAST_PATH: FastPath = { isFree: () => false, send: () => {} };
const LISTED = 'list:';

export interface StoreOptions extends CacheOptions {
  fastPath: FastPath;
}

/**
 * The only writer of IndexedDB, and what is read of it. Each method is one transaction: what it stores and what it takes
 * from the outbox become true together, in every tab.
 */
export class Store {
  readonly queue: Queue;
  readonly quota: StorageQuota;
  readonly views: Views;
  private readonly cache: Cache;

  constructor(
    readonly db: LocritDb,
    { isOpen = () => false, forgotten = () => {}, fastPath = NO_FAST_PATH }: Partial<StoreOptions> = {},
  ) {
    this.quota = new StorageQuota(db, isOpen);
    this.queue = new Queue(db, this.quota, fastPath);
    this.views = new Views(db, this.queue);
    this.cache = new Cache(db, this.queue, this.views.windows, { isOpen, forgotten });
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
    return this.write(() => this.cache.apply(scope, events), scope);
  }

  /**
   * Stores rows, and takes the operations that they prove done out of the outbox. A full browser does only the latter:
   * the rows come again with their events.
   */
  put(entities: Entities, done: readonly string[] = []): Promise<void> {
    const name = `rows ${idsIn(entities)}`;
    if (done.length === 0) return this.write(() => this.cache.put(entities), name);
    const { cache, db } = this;
    function* both(): Steps<void> {
      yield* cache.put(entities);
      yield* cache.confirm(done.map((op_id) => ({ op_id })));
    }
    function* gone(): Steps<void> {
      yield* step(db.outbox.where('op_id').anyOf(done).delete());
    }
    return this.quota.write(both, db.tables, { name, otherwise: () => db.transaction('rw', db.tables, gone) });
  }

  /** Starts a scope over at a state of the server that includes every event up to `seq`. */
  reset(cursor: Cursor): Promise<unknown> {
    return this.write(() => step(this.db.cursors.put(cursor)), cursor.scope, [this.db.cursors]);
  }

  /**
   * Starts a conversation over from its newest page. What was cached may have been changed or forgotten since, and goes;
   * it is loaded again on demand. What one of the two was too early to include comes again with its event.
   */
  startAt(conversation: Conversation, page: MessagePage): Promise<void> {
    return this.write(() => this.cache.startAt(conversation, page), conversationScope(conversation.conversation_id));
  }

  /** Another page, the whole of `range`. False when the cache was started over after it was asked for. */
  addPage(conversationId: string, page: MessagePage, range: Range): Promise<boolean> {
    return this.write(() => this.cache.addPage(conversationId, page, range), `page ${range.from} ${conversationId}`);
  }

  /** Keeps the text of a running reply; one that has ended meanwhile, or reaches further, stays as it is. */
  checkpoint(messageId: string, body: Body, idx: number): Promise<void> {
    return this.write(() => this.cache.checkpoint(messageId, body, idx), messageId);
  }

  /** The server knows other Locrits no more: the list is the whole truth. */
  replaceLocrits(locrits: readonly Locrit[]): Promise<void> {
    return this.write(() => this.cache.replaceLocrits(locrits), 'locrits');
  }

  /** The list is the whole truth of what this Locrit remembers. */
  replaceMemories(locritId: string, memories: readonly Memory[]): Promise<void> {
    return this.write(() => this.cache.replaceMemories(locritId, memories), `memories ${locritId}`);
  }

  /** The list, and what was decided by then. */
  replaceConcepts(list: KeptConcepts, decided: readonly Concept[]): Promise<void> {
    return this.write(() => this.cache.replaceConcepts(list, decided), `concepts ${list.locrit_id}`);
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
    return this.quota.write(() => this.cache.uncache(conversationId, row));
  }

  /** Leaves nothing of what was said in a conversation, nor of what was still to be said in it. */
  forget(conversationId: string): Promise<void> {
    return this.quota.write(() => this.cache.forget(conversationId));
  }

  /**
   * After a long absence nobody tells what was forgotten: what is cached of conversations in which something happened since
   * goes. What is on the screen catches up by itself, the rest is loaded again on demand. What was decided stays where the
   * server has just got it from here.
   */
  dropOutdated(isGivenBack = false): Promise<void> {
    return this.quota.write(() => this.cache.dropOutdated(isGivenBack));
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
    return this.write(() => step(this.db.meta.put({ key, value })), key, [this.db.meta]);
  }

  /** What the server has, too: by `name` it is written again when it comes again. */
  private write<T>(body: () => Steps<T>, name: string, tables = this.db.tables): Promise<T> {
    return this.quota.write(body, tables, { name });
  }
}
