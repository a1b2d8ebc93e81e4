import type { paths } from '../protocol.gen';
import { CachedWords } from './cached-words';
import { visitorOf } from './entities/conversations';
import { ApiError } from './errors';
import { Matcher } from './matching';
import { asksForSomething, type SearchQuery } from './search-query';
import type { Store } from './store';
import type { Transport } from './transport';
import type { Conversation, FoundMessage, Message, SearchEnd } from './types';

type Asked = NonNullable<paths['/api/v2/search']['get']['parameters']['query']>;

const MOST = 20;
const AROUND_CHARS = 60;
const [MARK, END] = ['\u0002', '\u0003'];

/** Finds what was said: in the cache at once, newest first, and beside it on the server, after whose answer nothing is looked for. */
export class Search {
  private readonly cached: CachedWords;

  constructor(
    { db, queue }: Store,
    private readonly transport: Transport,
  ) {
    this.cached = new CachedWords(db, queue);
  }

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
    let isEnough = false;
    const asked = this.ask(query, signal, most, add).then((end) => {
      isEnough = !(end.offline || end.failure || end.waiting);
      return end;
    });
    const [end, more] = await Promise.all([asked, this.scan(query, signal, most, add, () => isEnough)]);
    return end.offline ? { ...end, more } : end;
  }

  /** Until so many were found; where words are too common to be looked for at once, older and older messages are asked. */
  private async ask(
    { words, conversationId, ...filters }: SearchQuery,
    signal: AbortSignal,
    limit: number,
    add: (hits: FoundMessage[]) => void,
  ): Promise<SearchEnd> {
    const scope = conversationId === undefined ? {} : { conversation_id: conversationId };
    let [cursor, left]: [string | undefined, number] = [undefined, limit];
    try {
      for (;;) {
        const params: { query: Asked } = { query: { q: words, ...filters, ...scope, limit, cursor } };
        const { hits, more, waiting, next_cursor } = await this.transport.api.get('/api/v2/search', { params, signal });
        add(hits);
        left -= hits.length;
        if (!next_cursor || left <= 0) return { more, waiting };
        cursor = next_cursor;
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) return { more: false }; // a Locrit of that name: there is none yet while it is typed
      return error.status > 0 ? { more: false, failure: error.failure } : { more: false, offline: true };
    }
  }

  /** Until as many were found, or somebody else has: says whether there may be more. */
  private async scan(
    query: SearchQuery,
    signal: AbortSignal,
    most: number,
    add: (hits: FoundMessage[]) => void,
    isEnough: () => boolean,
  ): Promise<boolean> {
    const matcher = new Matcher(query.words);
    let [left, read] = [most, 0];
    for await (const slice of this.cached.slices(query.conversationId)) {
      signal.throwIfAborted();
      const fitting = slice.filter((message) => fits(message, query) && matcher.has(saidIn(message)));
      const hits = (await this.placed(fitting, query)).slice(0, left);
      add(hits.map(([message, conversation]) => asHit(message, conversation, matcher)));
      left -= hits.length;
      read += 1; // the newest are always read: the server's index learns of them a moment after they are said
      if (left <= 0 || (read > 1 && isEnough())) return true;
    }
    return false;
  }

  /** Each with its conversation, when that is shown and one of those that are asked for. */
  private async placed(messages: Message[], { locrit, is }: SearchQuery): Promise<[Message, Conversation][]> {
    if (messages.length === 0) return [];
    const known = await this.cached.conversations([...new Set(messages.map((row) => row.conversation_id))]);
    return messages.flatMap((message): [Message, Conversation][] => {
      const conversation = known.get(message.conversation_id);
      const isMeant = conversation && (!locrit || conversation.locrit_name === locrit) && (!is || conversation[is]);
      return isMeant ? [[message, conversation]] : [];
    });
  }
}

function fits(message: Message, { role, after, before }: SearchQuery): boolean {
  if (message.deleted_at || (role && message.role !== role)) return false;
  const at = Date.parse(message.created_at);
  return (!after || at >= Date.parse(after)) && (!before || at < Date.parse(before));
}

function asHit(message: Message, conversation: Conversation, matcher: Matcher): FoundMessage {
  const { message_id, conversation_id, role, created_at, seq, status } = message;
  const { locrit_name, title, session_id, forked_from } = conversation;
  const visitor = visitorOf(conversation);
  const where = { message_id, conversation_id, locrit_name, session_id, session_name: title, forked_from, visitor };
  const said = matcher.has(message.content) ? message.content : saidIn(message);
  return { ...where, role, created_at, seq, status, snippet: snippetOf(said, matcher.places(said)) };
}

/** With the names of its files: what those say, the server knows. */
function saidIn({ content, parts }: Message): string {
  return [content, ...(parts ?? []).flatMap((part) => (part.type === 'file' ? [part.name] : []))].join('\n');
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
