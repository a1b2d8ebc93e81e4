import { MARKS } from './commands/recall';
import { NO_ROWS, put } from './rows';
import { withPending } from './shown-rows';
import { steps } from './steps';
import type { Store } from './store';
import type { Transport } from './transport';
import type { AskedMemory, Locrit, Recalled, RecalledList, RecallLog, RecallWish } from './types';

/** What replies were reminded of, and what a person wants of it. */
export interface Recall {
  /** The best first. Throws `ApiError`. */
  of(conversationId: string, replyId: string): Promise<RecalledList>;
  /** What would be recalled for a question, also what would not fit, the best first. Throws `ApiError`. */
  ask(locrit: string, question: string): Promise<AskedMemory>;
  /** A page of the replies for which something was recalled, the newest first. Throws `ApiError`. */
  log(locrit: string, cursor?: string): Promise<RecallLog>;
  /** A live read: of a message, `none` while nothing was said. */
  markOf(messageId: string): Promise<RecallWish>;
  /** Of all that the message says, for good or until `none`. Kept until the server has it. */
  mark(one: Recalled, locrit: Locrit, mark: RecallWish): Promise<void>;
}

/** What replies were reminded of: asked of the server; what a person says about it is read here, and goes by the outbox. */
export class StoredRecall implements Recall {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  async of(conversation_id: string, message_id: string): Promise<RecalledList> {
    const params = { path: { conversation_id, message_id } };
    const address = '/api/v2/conversations/{conversation_id}/messages/{message_id}/recalled';
    const found = await this.transport.api.get(address, { params });
    return this.keep(found, found.recalled);
  }

  async ask(name: string, q: string): Promise<AskedMemory> {
    const params = { path: { name }, query: { q } };
    const found = await this.transport.api.get('/api/v2/locrits/{name}/memory/ask', { params });
    return this.keep(found, found.results);
  }

  async log(name: string, cursor?: string): Promise<RecallLog> {
    const params = { path: { name }, query: { cursor } };
    const found = await this.transport.api.get('/api/v2/locrits/{name}/memory/recalls', { params });
    return this.keep(
      found,
      found.entries.flatMap(({ recalled }) => recalled),
    );
  }

  /** What people said of it before is told with it. */
  private async keep<T>(found: T, recalled: readonly Recalled[]): Promise<T> {
    await this.store.cache.put({ recall_marks: recalled.flatMap(({ mark }) => mark ?? []) });
    return found;
  }

  markOf(message_id: string): Promise<RecallWish> {
    const { db, queue } = this.store;
    return db.transaction('r', [db.recall_marks, db.outbox], function* () {
      const [stored, entries] = yield* steps(db.recall_marks.get(message_id), queue.of(MARKS));
      const rows = put(NO_ROWS, { recall_marks: stored ? [stored] : [] });
      const effective = entries.filter(({ state }) => state !== 'rejected');
      return withPending(rows, effective).recall_marks.get(message_id)?.mark ?? 'none';
    });
  }

  async mark({ conversation_id, message_id }: Recalled, { id: locrit_id }: Locrit, mark: RecallWish): Promise<void> {
    await this.store.queue.add({ type: 'recall.mark', conversation_id, message_id, locrit_id, mark });
  }
}
