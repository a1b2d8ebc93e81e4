import { v7 as uuid } from 'uuid';
import { ApiError } from './errors';
import { find, giveBack, giveBackLocrits } from './give-back';
import type { Store } from './store';
import type { Transport } from './transport';
import type { Conversation, ConversationFilter, CreateLocrit, EditLocrit, Init, Locrit } from './types';

const WHOLE_PAGE = 200;
/** When the newest conversation was active that the lists were once loaded from. */
const NEWEST = 'newest';

type ConversationQuery = NonNullable<NonNullable<Init<'/api/conversations', 'get'>['params']>['query']>;

/** Loads the lists of Locrits and conversations into the store, page by page, and changes Locrits on the server. */
export class Lists {
  /** Ids of operations that got no answer, by what was asked. */
  private readonly unanswered = new Map<string, string>();

  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  /**
   * After a long absence: the events that told what was deleted or forgotten are too many to be replayed. Every cached
   * conversation that the whole list does not name is asked for by itself. A server that was set back to an older copy of
   * its data is given back what it lacks: returns the ids of those conversations.
   */
  async reconcile(isSetBack: boolean): Promise<string[]> {
    if (isSetBack) await giveBackLocrits(this.transport, await this.store.db.locrits.toArray());
    await this.refreshLocrits();
    await this.store.clearListed();
    const unseen = new Set(await this.store.cachedConversations());
    const given = isSetBack ? await this.giveBack(unseen) : [];
    let cursor: string | null | undefined;
    while (unseen.size > 0 && cursor !== null) {
      const page = await this.page(cursor ? { cursor, limit: WHOLE_PAGE } : {});
      for (const { conversation_id } of page.conversations) unseen.delete(conversation_id);
      cursor = page.next_cursor;
    }
    for (const conversationId of unseen) await this.settle(conversationId, await find(this.transport, conversationId));
    return given;
  }

  private async giveBack(cached: Set<string>): Promise<string[]> {
    const given: string[] = [];
    for (const conversationId of cached) {
      const row = await giveBack(this.store, this.transport, conversationId);
      if (row?.deleted_at) continue; // settled with the rest
      cached.delete(conversationId);
      if (row === undefined) continue; // it is only here
      await this.store.uncache(conversationId, row);
      given.push(conversationId);
    }
    return given;
  }

  async refreshLocrits(): Promise<void> {
    const params = { query: { include_deleted: true } }; // what is in the trash takes its conversations along
    const { locrits } = await this.transport.api.get('/api/locrits', { params });
    await this.store.replaceLocrits(locrits);
  }

  /**
   * The pinned ones, and the newest pages back to what was the newest at the last time: anything that happened since is on
   * them. While the connection stands, events tell.
   */
  async refreshConversations(): Promise<void> {
    await this.refreshPinned();
    const known = await this.store.listed<string>(NEWEST);
    let page = await this.page({});
    const newest = page.conversations[0]?.updated_at;
    while (known !== undefined && page.next_cursor && (page.conversations.at(-1)?.updated_at ?? '') > known)
      page = await this.page({ cursor: page.next_cursor, limit: WHOLE_PAGE });
    if (newest !== undefined) await this.store.markListed(NEWEST, newest);
  }

  /** Where the last page ended is remembered in this browser: behind it is asked for once. */
  async moreConversations({ locrit: locrit_name, archived = false }: ConversationFilter): Promise<boolean> {
    const list = `${archived ? 'archived' : 'listed'} ${locrit_name ?? ''}`;
    const cursor = await this.store.listed<string | null>(list);
    if (cursor === null) return false;
    const page = await this.page({ locrit_name, archived, cursor, limit: WHOLE_PAGE });
    await this.store.markListed(list, page.next_cursor);
    return page.next_cursor !== null;
  }

  async createLocrit(fields: CreateLocrit): Promise<Locrit> {
    const { api } = this.transport;
    return this.once(['create', fields], (op_id) => api.post('/api/locrits', { body: { ...fields, op_id } }));
  }

  async editLocrit(name: string, changes: EditLocrit): Promise<Locrit> {
    const params = { path: { name } };
    const { api } = this.transport;
    const edit = (op_id: string) => api.patch('/api/locrits/{name}', { params, body: { ...changes, op_id } });
    return this.once(['edit', name, changes], edit);
  }

  async deleteLocrit(name: string): Promise<void> {
    const { api } = this.transport;
    const remove = (op_id: string) =>
      api.delete('/api/locrits/{name}', { params: { path: { name }, query: { op_id } } });
    await this.once(['delete', name], remove);
  }

  private async refreshPinned(): Promise<void> {
    let cursor: string | null | undefined;
    do cursor = (await this.page({ pinned: true, limit: WHOLE_PAGE, cursor })).next_cursor;
    while (cursor);
  }

  private async page(query: ConversationQuery) {
    const page = await this.transport.api.get('/api/conversations', { params: { query } });
    await this.store.put({ conversations: page.conversations });
    return page;
  }

  private async settle(conversation_id: string, row: Conversation | undefined): Promise<void> {
    if (row === undefined || row.deleted_at) await this.store.uncache(conversation_id, row);
    else await this.store.put({ conversations: [row] });
    if (row?.forgotten_at) await this.store.forget(conversation_id);
  }

  /** What got no answer may have been done: when it is tried again, it is with the same id. */
  private async once(request: unknown[], send: (op_id: string) => Promise<Locrit>): Promise<Locrit> {
    const key = JSON.stringify(request);
    const op_id = this.unanswered.get(key) ?? uuid();
    this.unanswered.set(key, op_id);
    try {
      const locrit = await send(op_id);
      this.unanswered.delete(key);
      await this.store.put({ locrits: [locrit] });
      return locrit;
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) this.unanswered.delete(key);
      throw error;
    }
  }
}
