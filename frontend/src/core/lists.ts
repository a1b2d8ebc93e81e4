import type { Init } from './api';
import { find, reupload, reuploadBeside, reuploadForgotten, reuploadLocrits } from './reupload';
import type { Store } from './store';
import type { Transport } from './transport';
import type { Conversation, ConversationFilter, LocritRow } from './types';

const WHOLE_PAGE = 200;
/** So many conversations are sooner asked for one by one than looked for in the list. */
const FEW = 5;
/** When the newest conversation was active that the lists were once loaded from. */
const NEWEST = 'newest';

type ConversationQuery = NonNullable<NonNullable<Init<'/api/v2/conversations', 'get'>['params']>['query']>;

/** Loads the lists of Locrits and conversations into the store, page by page. */
export class Lists {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  /**
   * After a long absence: the events that told what was deleted or forgotten are too many to be replayed. Every cached
   * conversation that the whole list does not name is asked for by itself. A server that was rolled back to an older copy of
   * its data gets what it lacks from here: returns the ids of those conversations.
   */
  async reconcile(isRolledBack: boolean): Promise<string[]> {
    if (isRolledBack) await reuploadLocrits(this.transport, await this.store.db.locrits.toArray());
    await this.refreshLocrits();
    await this.store.clearListed();
    const unseen = new Set(await this.store.cachedConversations());
    const uploaded = isRolledBack ? await this.reupload(unseen) : [];
    let cursor: string | null | undefined;
    while (unseen.size > FEW && cursor !== null) {
      const page = await this.page(cursor ? { cursor, limit: WHOLE_PAGE } : {});
      for (const { conversation_id } of page.conversations) unseen.delete(conversation_id);
      cursor = page.next_cursor;
    }
    for (const conversationId of unseen) await this.replace(conversationId, await find(this.transport, conversationId));
    return uploaded;
  }

  private async reupload(cached: Set<string>): Promise<string[]> {
    const uploaded: string[] = [];
    for (const conversationId of cached) {
      const row = await reupload(this.store, this.transport, conversationId);
      if (row?.deleted_at) continue; // replaced with the rest
      cached.delete(conversationId);
      if (row === undefined) continue; // it is only here
      await this.store.cache.uncache(conversationId, row);
      uploaded.push(conversationId);
    }
    await reuploadBeside(this.store, this.transport);
    await reuploadForgotten(this.store, this.transport);
    return uploaded;
  }

  async refreshLocrits(): Promise<void> {
    const params = { query: { include_deleted: true } }; // what is in the trash takes its conversations along
    const { locrits } = await this.transport.api.get('/api/v2/locrits', { params });
    await this.store.cache.replaceLocrits(locrits);
  }

  /**
   * The pinned ones, and the newest pages back to what was the newest at the last time: whatever was said since is on them.
   * Of what was brought since, to stand among what is old, events tell.
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

  /**
   * Where the last page ended is remembered in this browser: behind it is asked for once. By the Locrit's id: the server may
   * not know yet how it is called, or that it is.
   */
  async moreConversations({ locrit: name, archived = false }: ConversationFilter): Promise<boolean> {
    const locrit = name === undefined ? undefined : await this.known(name);
    if (locrit?.local || (name !== undefined && locrit === undefined)) return false;
    const locrit_name = locrit?.id;
    const list = `${archived ? 'archived' : 'listed'} ${name ?? ''}`;
    const cursor = await this.store.listed<string | null>(list);
    if (cursor === null) return false;
    const page = await this.page({ locrit_name, archived, cursor, limit: WHOLE_PAGE });
    await this.store.markListed(list, page.next_cursor);
    return page.next_cursor !== null;
  }

  /** A browser that was never here asks for the Locrits first. */
  private async known(name: string): Promise<LocritRow | undefined> {
    const here = await this.store.views.locrit(name);
    if (here !== undefined) return here;
    await this.refreshLocrits();
    return this.store.views.locrit(name);
  }

  private async refreshPinned(): Promise<void> {
    let cursor: string | null | undefined;
    do cursor = (await this.page({ pinned: true, limit: WHOLE_PAGE, cursor })).next_cursor;
    while (cursor);
  }

  private async page(query: ConversationQuery) {
    const page = await this.transport.api.get('/api/v2/conversations', { params: { query } });
    await this.store.cache.put({ conversations: page.conversations });
    return page;
  }

  private async replace(conversation_id: string, row: Conversation | undefined): Promise<void> {
    if (row === undefined || row.deleted_at) await this.store.cache.uncache(conversation_id, row);
    else await this.store.cache.put({ conversations: [row] });
    if (row?.forgotten_at) await this.store.cache.forget(conversation_id);
  }
}
