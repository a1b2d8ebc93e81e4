import { ApiError } from './errors';
import { fold } from './matching';
import type { Store } from './store';
import type { Transport } from './transport';
import type { Conversation } from './types';

const SLICE = 500;
const MOST = 8;

/** Finds conversations by what they are called: in the cache, in the order of the list, and what is not there on the server. */
export class Names {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  /** `found` is told all so far; those that it knows keep their places. Throws when it is aborted. */
  async find(words: string, found: (rows: Conversation[]) => void, signal: AbortSignal): Promise<void> {
    const rows = new Map<string, Conversation>();
    const add = (some: readonly Conversation[]) => {
      signal.throwIfAborted();
      const fresh = some.filter((row) => !rows.has(row.conversation_id)).slice(0, MOST - rows.size);
      for (const row of fresh) rows.set(row.conversation_id, row);
      if (fresh.length > 0) found([...rows.values()]);
      return rows.size < MOST;
    };
    if (await this.scan(words, add)) await this.ask(words, signal, add);
  }

  /** What is cached is known better here: it may have another name that is not sent yet, or be deleted. */
  private async ask(words: string, signal: AbortSignal, add: (rows: Conversation[]) => boolean): Promise<void> {
    try {
      let cursor: string | null | undefined;
      do {
        const params = { query: { q: words, limit: MOST, cursor } };
        const page = await this.transport.api.get('/api/v2/conversations', { params, signal });
        const cached = await this.store.db.conversations.bulkGet(page.conversations.map((row) => row.conversation_id));
        if (!add(page.conversations.filter((_, at) => cached[at] === undefined))) return;
        cursor = page.next_cursor;
      } while (cursor);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // else there is what is cached: the search beside it says why
    }
  }

  /** In slices; whether more are wanted. */
  private async scan(words: string, add: (rows: Conversation[]) => boolean): Promise<boolean> {
    const wanted = fold(words).split(/\s+/).filter(Boolean);
    const isCalled = (row: Conversation) => {
      const name = fold(`${row.title || row.preview} ${row.locrit_name}`);
      return wanted.every((word) => name.includes(word));
    };
    for (const archived of [false, true])
      for (let [from, read] = [0, SLICE]; read === SLICE; from += SLICE) {
        const { rows } = await this.store.views.listing.window({ archived, from, to: from + SLICE });
        if (!add(rows.filter(isCalled))) return false;
        read = rows.length;
      }
    return true;
  }
}
