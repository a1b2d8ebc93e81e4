import { Cache, type CacheOptions } from './cache';
import type { Cursor, LocritDb } from './db';
import { type FastPath, Queue } from './queue';
import { readKey } from './read-marks';
import { step } from './steps';
import { StorageQuota, USED } from './storage-quota';
import { Views } from './views';

const NO_FAST_PATH: FastPath = { isFree: () => false, send: () => {} };
const LISTED = 'list:';

export interface StoreOptions extends CacheOptions {
  fastPath: FastPath;
}

/**
 * All that is kept in IndexedDB, and what is read of it. What writes does so in one transaction: what it stores and what it
 * takes from the outbox become true together, in every tab.
 */
export class Store {
  readonly queue: Queue;
  readonly quota: StorageQuota;
  readonly views: Views;
  readonly cache: Cache;

  constructor(
    readonly db: LocritDb,
    { isOpen = () => false, forgotten = () => {}, fastPath = NO_FAST_PATH }: Partial<StoreOptions> = {},
  ) {
    this.quota = new StorageQuota(db, isOpen);
    this.queue = new Queue(db, this.quota, fastPath);
    this.views = new Views(db, this.queue);
    this.cache = new Cache(db, this.queue, this.quota, this.views.windows, { isOpen, forgotten });
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

  /** The server has it, too: by `key` it is written again when it comes again. */
  private mark(key: string, value: unknown): Promise<unknown> {
    const { meta } = this.db;
    return this.quota.write(() => step(meta.put({ key, value })), [meta], { name: key });
  }
}
