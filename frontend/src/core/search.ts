import { conversationScope, type LocritDb } from './db';
import { ApiError } from './errors';
import { Matcher } from './matching';
import { asksForSomething, type SearchQuery } from './search-query';
import type { Transport } from './transport';
import type { Conversation, Failure, FoundMessage, Message } from './types';

const SLICE = 500;
const MOST = 20;
const AROUND_CHARS = 60;
const [MARK, END] = ['\u0002', '\u0003'];

/** `offline`: the server could not be asked. `more` than were given; `waiting` are not searched yet. */
export interface SearchEnd {
  more: boolean;
  offline?: boolean;
  failure?: Failure;
  waiting?: number;
}

/** Finds what was said: in the cache at once, newest conversation first, and beside it on the server. */
export class Search {
  constructor(
    private readonly db: LocritDb,
    private readonly transport: Transport,
  ) {}

  /** `found` is told all hits so far; those that it knows keep their places. Throws when it is aborted. */
  async find(
    query: SearchQuery,
    found: (hits: FoundMessage[]) => void,
    signal: AbortSignal,
    most = MOST,
  ): Promise<SearchEnd> {
    if (!asksForSomething(query)) return { more: false };
    const hits = new Map<string, FoundMessage>();
    const add = (some: readonly FoundMessage[]) => {
      signal.throwIfAborted();
      const fresh = some.filter(({ message_id }) => !hits.has(message_id));
      for (const hit of fresh) hits.set(hit.message_id, hit);
      if (fresh.length > 0) found([...hits.values()]);
    };
    const asked = this.ask(query, signal, most, add);
    const local = this.scan(query, signal, most, add);
    const [end] = await Promise.all([asked, local]);
    return end;
  }

  private async ask(
    { words, conversationId, ...filters }: SearchQuery,
    signal: AbortSignal,
    limit: number,
    add: (hits: FoundMessage[]) => void,
  ): Promise<SearchEnd> {
    const scope = conversationId === undefined ? {} : { conversation_id: conversationId };
    const params = { query: { q: words, ...filters, ...scope, limit } };
    try {
      const { hits, more, waiting } = await this.transport.api.get('/api/search', { params, signal });
      add(hits);
      return { more, waiting };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) return { more: false }; // a Locrit of that name: there is none yet while it is typed
      return error.status > 0 ? { more: false, failure: error.failure } : { more: false, offline: true };
    }
  }

  /** In slices, so that the first hits are there at once and nothing waits for a scan. */
  private async scan(
    query: SearchQuery,
    signal: AbortSignal,
    most: number,
    add: (hits: FoundMessage[]) => void,
  ): Promise<void> {
    const matcher = new Matcher(query.words);
    let left = most;
    for (const conversation of await this.conversations(query))
      for await (const slice of this.slices(conversation.conversation_id)) {
        signal.throwIfAborted();
        const hits = slice.filter((message) => fits(message, query) && matcher.has(message.content)).slice(0, left);
        add(hits.map((message) => asHit(message, conversation, matcher)));
        left -= hits.length;
        if (left <= 0) return;
      }
  }

  /** Those of which something is cached, newest activity first. */
  private async conversations({ conversationId, locrit, is }: SearchQuery): Promise<Conversation[]> {
    const scope = conversationScope('');
    const cached = await this.db.cursors.where('scope').startsWith(scope).primaryKeys();
    const ids = cached.map((each) => each.slice(scope.length)).filter((id) => !conversationId || id === conversationId);
    const rows = (await this.db.conversations.bulkGet(ids)).filter((row) => row !== undefined);
    const deleted = new Set(await this.db.locrits.filter(({ deleted_at }) => deleted_at !== null).primaryKeys());
    return rows
      .filter((row) => !row.deleted_at && !deleted.has(row.locrit_id))
      .filter((row) => (!locrit || row.locrit_name === locrit) && (!is || row[is]))
      .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
  }

  /** Newest first. */
  private async *slices(id: string): AsyncGenerator<Message[]> {
    const place = (to: number) =>
      this.db.messages.where('[conversation_id+seq]').between([id, 0], [id, to], true, true);
    const newest = await place(Number.POSITIVE_INFINITY).last();
    for (let to = newest?.seq ?? 0; to > 0; to -= SLICE) {
      const from = this.db.messages.where('[conversation_id+seq]').between([id, to - SLICE], [id, to], false, true);
      yield (await from.toArray()).reverse();
    }
  }
}

function fits(message: Message, { role, after, before }: SearchQuery): boolean {
  if (message.deleted_at || (role && message.role !== role)) return false;
  const at = Date.parse(message.created_at);
  return (!after || at >= Date.parse(after)) && (!before || at < Date.parse(before));
}

function asHit(message: Message, conversation: Conversation, matcher: Matcher): FoundMessage {
  const { message_id, conversation_id, role, created_at, seq, status, content } = message;
  const { locrit_name, title, session_id, forked_from } = conversation;
  const where = { message_id, conversation_id, locrit_name, session_id, session_name: title, forked_from };
  return { ...where, role, created_at, seq, status, snippet: snippetOf(content, matcher.places(content)) };
}

/** What stands around the first match, with all matches in it marked, as the server does. */
function snippetOf(text: string, places: [number, number][]): string {
  const [first = 0] = places[0] ?? [];
  const from = Math.max(first - AROUND_CHARS, 0);
  const to = Math.min(first + 2 * AROUND_CHARS, text.length);
  let [snippet, at] = [from > 0 ? '…' : '', from];
  for (const [start, end] of places.filter((place) => place[1] <= to)) {
    snippet += text.slice(at, start) + MARK + text.slice(start, end) + END;
    at = end;
  }
  return snippet + text.slice(at, to) + (to < text.length ? '…' : '');
}
