import Dexie, { type Table } from 'dexie';
import { conversationScope } from './commands/conversations';
import type { LocritDb } from './db';
import { debug } from './debug';
import { ApiError, inBrowser } from './errors';
import { Value } from './signal';
import { type Steps, step, transaction } from './steps';
import type { Failure } from './types';

export const STORAGE_FULL = 'storage_full';
export const USED = 'used:';

/** A database that another tab holds up, or a browser in trouble, may never answer. */
const WRITE_TIMEOUT_MS = 10_000;

/** StorageQuota for what people write: where the browser has none left, cached conversations go, those used longest ago first. */
export class StorageQuota {
  /** Set while the browser refuses to keep more. */
  readonly problem = new Value<Failure | undefined>(undefined);

  constructor(
    private readonly db: LocritDb,
    /** Whether a conversation is on the screen, and therefore stays. */
    private readonly isOpen: (conversationId: string) => boolean,
  ) {}

  get isFull(): boolean {
    return this.problem.get() !== undefined;
  }

  /**
   * Writes all of it or nothing, making room as often as it helps. Throws `ApiError` `storage_full` when nothing is left to
   * give.
   */
  async write<T>(body: () => Steps<T>, tables: Table[] = this.db.tables): Promise<T> {
    for (;;) {
      try {
        const written = await transaction(this.db, 'rw', tables, body);
        this.problem.set(undefined);
        return written;
      } catch (error) {
        if (!isFull(error) || Dexie.currentTransaction) throw error; // within another write, that one is repeated
        if (!(await this.evict())) throw this.full();
      }
    }
  }

  /**
   * Writes what a person did: it is durable when the promise resolves. Throws `ApiError` when that fails or is not done in
   * time; then it is not done later either, if `body` looks at the signal.
   */
  keep<T>(body: (signal: AbortSignal) => Steps<T>, tables: Table[]): Promise<T> {
    const signal = AbortSignal.timeout(WRITE_TIMEOUT_MS);
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return inBrowser(Promise.race([this.write(() => body(signal), tables), late]));
  }

  /** Where no room is left, does what needs none. */
  writeOr<T>(body: () => Steps<T>, tables: Table[], otherwise: () => PromiseLike<T>): Promise<T> {
    return this.write(body, tables).catch((error) => {
      if (!(error instanceof ApiError)) throw error;
      return otherwise();
    });
  }

  /** The server has what goes: it is loaded again when it is opened. The outbox is never touched. */
  private async evict(): Promise<boolean> {
    const cached = await this.db.cursors.where('scope').startsWith(conversationScope('')).primaryKeys();
    const ids = cached.map((scope) => scope.slice(conversationScope('').length)).filter((id) => !this.isOpen(id));
    const used = await this.db.meta.bulkGet(ids.map((id) => USED + id));
    const times = ids.map((id, at) => ({ id, at: Number(used[at]?.value ?? 0) }));
    const oldest = times.sort((a, b) => a.at - b.at)[0];
    if (oldest === undefined) return false;
    debug('quota', 'gives up a cached conversation', { conversation_id: oldest.id });
    const { messages, artifacts, tool_results, cursors } = this.db;
    const { id } = oldest;
    await transaction(this.db, 'rw', [messages, artifacts, tool_results, cursors], function* () {
      yield* step(messages.where('[conversation_id+seq]').between([id, 0], [id, Infinity]).delete());
      for (const made of [artifacts, tool_results]) yield* step(made.where('conversation_id').equals(id).delete());
      yield* step(cursors.delete(conversationScope(id)));
    });
    return true;
  }

  private full(): ApiError {
    const error = new ApiError({
      code: STORAGE_FULL,
      message: 'This browser has no room left to keep what you write.',
      hint: 'What is already saved is safe. Free some space on this device, then try again.',
    });
    debug('quota', 'is full');
    this.problem.set(error.failure);
    return error;
  }
}

/** IndexedDB says it by the request or by the transaction that it ends. */
function isFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = (cause as { inner?: unknown }).inner) {
    if (cause.name === 'QuotaExceededError') return true;
  }
  return false;
}
