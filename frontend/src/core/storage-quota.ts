import Dexie, { type Table } from 'dexie';
import { conversationScope } from './commands/conversations';
import type { LocritDb } from './db';
import { debug } from './debug';
import { ApiError, inBrowser } from './errors';
import { Value } from './signal';
import { type Steps, step } from './steps';
import type { Failure } from './types';

export const STORAGE_FULL = 'storage_full';
export const USED = 'used:';

const FULL: Failure = {
  code: STORAGE_FULL,
  message: 'This browser has no room left to keep what you write.',
  hint: 'What is already saved is safe. Free some space on this device, then try again.',
};
const UNNAMED = '';

/** A database that another tab holds up, or a browser in trouble, may never answer. */
const WRITE_TIMEOUT_MS = 10_000;

/** What could not be kept: how much it was, and whether a person wrote it or the server has it. */
interface Refused {
  size: number;
  isOurs: boolean;
}

interface Writing<T> {
  /**
   * Of what is written: what is written by the same one takes the place of what was refused. Without a name it is a mark on
   * what is there already: that there is room for one says nothing.
   */
  name?: string;
  /** A person wrote it. */
  isOurs?: boolean;
  /** What is done where no room is left: it needs none. */
  otherwise?: () => PromiseLike<T>;
}

/**
 * StorageQuota for what people write: where the browser has none left, cached conversations go, those used longest ago
 * first. It is full until what was refused is kept: by the same name, or something as large; or until nobody wants it.
 */
export class StorageQuota {
  /** Set while the browser refuses to keep more. */
  readonly problem = new Value<Failure | undefined>(undefined);
  /** Set while it cannot keep what the server tells. */
  readonly isFull = new Value(false);
  private readonly refused = new Map<string, Refused>();

  constructor(
    private readonly db: LocritDb,
    /** Whether a conversation is on the screen, and therefore stays. */
    private readonly isOpen: (conversationId: string) => boolean,
  ) {}

  /**
   * Writes all of it or nothing, making room as often as it helps. Throws `ApiError` `storage_full` when nothing is left to
   * give, unless there is something else to do.
   */
  async write<T>(body: () => Steps<T>, tables: Table[] = this.db.tables, how: Writing<T> = {}): Promise<T> {
    const { name = UNNAMED, isOurs = false, otherwise } = how;
    const { db } = this;
    let asked: () => number = () => 0;
    function* counted(): Steps<T> {
      const under = Dexie.currentTransaction;
      asked = () => db.sizes.of(under);
      return yield* body();
    }
    for (;;) {
      try {
        const result = await db.transaction('rw', tables, counted);
        if (this.refused.size > 0) this.kept(asked(), name);
        return result;
      } catch (error) {
        if (!isFull(error) || Dexie.currentTransaction) throw error; // within another write, that one is repeated
        if (await this.evict()) continue;
        if (otherwise) return otherwise();
        this.refuse(name, asked(), isOurs);
        throw new ApiError(FULL);
      }
    }
  }

  /**
   * Writes what a person did: it is durable when the promise resolves. Throws `ApiError` when that fails or is not done in
   * time; then it is not done later either, if `body` looks at the signal.
   */
  keep<T>(body: (signal: AbortSignal) => Steps<T>, tables: Table[], name?: string): Promise<T> {
    const signal = AbortSignal.timeout(WRITE_TIMEOUT_MS);
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return inBrowser(Promise.race([this.write(() => body(signal), tables, { name, isOurs: true }), late]));
  }

  /** Nobody wants it any more: of this name, or whatever was refused. */
  giveUp(name?: string): void {
    if (name === undefined) this.refused.clear();
    else this.refused.delete(name);
    this.tell();
  }

  private refuse(name: string, size: number, isOurs: boolean): void {
    const before = this.refused.get(name)?.size ?? 0;
    this.refused.set(name, { isOurs, size: name === UNNAMED ? Math.max(before, size) : size });
    this.tell();
  }

  private kept(size: number, name: string): void {
    if (name === UNNAMED || size === 0) return; // nothing was added
    for (const [other, refused] of this.refused) if (other === name || refused.size <= size) this.refused.delete(other);
    this.tell();
  }

  private tell(): void {
    const isRefusing = this.refused.size > 0;
    if (isRefusing) debug('quota', 'is full');
    this.isFull.set([...this.refused.values()].some(({ isOurs }) => !isOurs));
    this.problem.set(isRefusing ? FULL : undefined);
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
    const { db } = this;
    const { messages, artifacts, tool_results, cursors } = db;
    const { id } = oldest;
    await db.transaction('rw', [messages, artifacts, tool_results, cursors], function* () {
      yield* dropMessages(db, id);
      yield* step(cursors.delete(conversationScope(id)));
    });
    return true;
  }
}

/** What is cached of a conversation: its messages, what they made, and what they refer to. */
export function* dropMessages({ messages, artifacts, tool_results }: LocritDb, id: string): Steps<void> {
  yield* step(messages.where('[conversation_id+seq]').between([id, 0], [id, Infinity]).delete());
  for (const beside of [artifacts, tool_results]) yield* step(beside.where('conversation_id').equals(id).delete());
}

/** IndexedDB says it by the request or by the transaction that it ends. */
function isFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = (cause as { inner?: unknown }).inner) {
    if (cause.name === 'QuotaExceededError') return true;
  }
  return false;
}
