import type { MessagePage } from './cache';
import { ApiError } from './errors';
import { OPEN, type Range } from './ranges';
import type { Store } from './store';
import type { Transport } from './transport';
import type { MessageRow } from './types';
import { PAGE, type Side } from './windows';

type Asked = { before: number } | { after: number } | { around: string } | { at: string };

/** Loads what a tab shows of a conversation: more at either side, or another part of it. */
export class Pages {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  /** One page more; false when there is nothing beyond it. */
  async load(conversationId: string, side: Side): Promise<boolean> {
    const { windows } = this.store.views;
    const { more, ask } = await windows.grow(conversationId, side);
    if (ask === undefined) return more;
    const page = await this.ask(conversationId, ask);
    const range = rangeOf(page, ask);
    if (await this.store.cache.addPage(conversationId, page, range)) await windows.extend(conversationId, range);
    return page.has_more;
  }

  /** Shows the part around a message, from the cache where it can. Throws `ApiError` when it is not to be had. */
  async show(conversationId: string, messageId: string): Promise<void> {
    const { views, db } = this.store;
    const isWanted = views.windows.move(conversationId);
    const known = await db.messages.get(messageId);
    if (known?.conversation_id === conversationId && known.deleted_at) throw gone();
    if (known !== undefined && (await views.windows.showAround(conversationId, known.seq, isWanted))) return;
    const page = await this.ask(conversationId, { around: messageId });
    const range = rangeOf(page, { around: messageId });
    const isKept = await this.store.cache.addPage(conversationId, page, range);
    if (isKept && isWanted()) await views.windows.show(conversationId, range);
  }

  /** Throws `ApiError` when it is not to be had. */
  async loadMessage(conversationId: string, messageId: string): Promise<MessageRow> {
    const { views } = this.store;
    const page = await this.ask(conversationId, { around: messageId });
    await this.store.cache.addPage(conversationId, page, rangeOf(page, { around: messageId }));
    const message = await views.sights.message(conversationId, messageId);
    if (message === undefined || message.deleted_at) throw gone();
    return message;
  }

  showNewest(conversationId: string): Promise<void> {
    return this.store.views.windows.showNewest(conversationId);
  }

  /**
   * The first message of a moment (ISO 8601) or later; undefined when there is none. Away from the server the first one
   * that is cached.
   */
  async firstSince(conversationId: string, at: string): Promise<string | undefined> {
    try {
      const page = await this.ask(conversationId, { at });
      await this.store.cache.addPage(conversationId, page, rangeOf(page, { at }));
      return page.target_id ?? undefined;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status > 0) throw error;
      return (await this.store.views.windows.cachedSince(conversationId, at))?.message_id;
    }
  }

  private ask(conversation_id: string, asked: Asked): Promise<MessagePage> {
    const params = { path: { conversation_id }, query: { ...asked, limit: PAGE, include_deleted: true } };
    return this.transport.api.get('/api/v2/conversations/{conversation_id}/messages', { params });
  }
}

/** Of what the page is the whole. */
function rangeOf({ messages, has_more, has_newer }: MessagePage, asked: Asked): Range {
  const [first, last] = [messages[0]?.seq, messages.at(-1)?.seq];
  if ('before' in asked) return { from: has_more && first ? first : 0, to: asked.before - 1 };
  if ('after' in asked) return { from: asked.after + 1, to: has_more && last ? last : OPEN };
  return { from: has_more && first ? first : 0, to: has_newer && last ? last : OPEN };
}

function gone(): ApiError {
  return new ApiError({
    code: 'not_found',
    message: 'This message is in the trash, or forgotten.',
    hint: 'Look into the trash; what was forgotten does not come back.',
    status: 404,
  });
}
