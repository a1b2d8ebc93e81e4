import type { PromiseExtended } from 'dexie';
import { conversationScope } from './commands/conversations';
import type { Cursor, LocritDb } from './db';
import { atEnd, atStart, EVERYTHING, hull, OPEN, type Range, rangeAt, touch } from './ranges';
import { type Steps, step, steps } from './steps';
import type { Message } from './types';

export const PAGE = 50;

export type Side = 'older' | 'newer';

/** What to ask the server for where the cache ends. */
export type Ask = { before: number } | { after: number };

/** Of each conversation the part that this tab shows: always within one range of the cache, at first its newest page. */
export class Windows {
  private readonly shown = new Map<string, Range>();
  /** Of each conversation, how often somebody went elsewhere in it. */
  private readonly moves = new Map<string, number>();

  constructor(private readonly db: LocritDb) {}

  private async of(conversationId: string): Promise<Range> {
    const cursor = await this.cursor(conversationId);
    const known = this.known(conversationId, cursor);
    if (known !== undefined) return known;
    return this.begin(conversationId, cursor, await this.between(conversationId, EVERYTHING).last());
  }

  /**
   * The part with its messages, and what is read `beside` them. Nothing is waited for twice, where it is the one that was shown
   * before or begins anew.
   */
  *read<T>(id: string, beside: PromiseExtended<T>): Steps<[window: Range, messages: Message[], beside: T]> {
    const before = this.shown.get(id);
    const guessed = before ? this.between(id, before).toArray() : this.newest(id);
    const [cursor, found, other] = yield* steps(this.cursor(id), guessed, beside);
    const known = this.known(id, cursor);
    if (known) return known === before ? [known, found, other] : yield* this.read(id, beside);
    const newest = before ? yield* step(this.newest(id)) : found;
    const window = this.begin(id, cursor, newest.at(-1));
    return [window, newest.filter(({ seq }) => seq >= window.from), other];
  }

  private known(conversationId: string, cursor: Cursor | undefined): Range | undefined {
    const known = this.shown.get(conversationId);
    return known !== undefined && cursor !== undefined && isWithin(known, cursor) ? known : undefined;
  }

  private begin(conversationId: string, cursor: Cursor | undefined, newest: Message | undefined): Range {
    const first = rangesOf(cursor).at(-1)?.from ?? 0;
    const window = { from: Math.max(first, (newest?.seq ?? 0) - PAGE + 1), to: OPEN };
    if (cursor !== undefined) this.shown.set(conversationId, window);
    return window;
  }

  /** Shows a page more as far as it is cached. */
  async grow(conversationId: string, side: Side): Promise<{ more: boolean; ask?: Ask }> {
    const cursor = await this.cursor(conversationId);
    if (cursor === undefined) return { more: false };
    const window = await this.of(conversationId);
    const range = rangeAt(rangesOf(cursor), window.from) ?? window;
    const grown =
      side === 'older'
        ? await this.grownUp(conversationId, window, range)
        : await this.grownDown(conversationId, window, range);
    if (grown === undefined) return nothingCached(window, side);
    if (this.shown.get(conversationId) !== window) return { more: true }; // somebody went elsewhere meanwhile
    await this.show(conversationId, grown);
    return { more: side === 'older' ? !atStart(grown) : !atEnd(grown) };
  }

  /** Whether nobody has gone elsewhere since: what arrives later for an earlier wish is not shown. */
  move(conversationId: string): () => boolean {
    const move = (this.moves.get(conversationId) ?? 0) + 1;
    this.moves.set(conversationId, move);
    return () => this.moves.get(conversationId) === move;
  }

  /** False when it is not in the cache with what is around it. Shows nothing that is not wanted any more. */
  async showAround(conversationId: string, seq: number, isWanted: () => boolean): Promise<boolean> {
    const range = rangeAt(rangesOf(await this.cursor(conversationId)), seq);
    if (range === undefined) return false;
    const { from, to } = await this.of(conversationId);
    if (from <= seq && seq <= to) return true;
    const [older, newer] = [Math.floor(PAGE / 2), Math.ceil(PAGE / 2)];
    const before = await this.newestOf(conversationId, { from: range.from, to: seq - 1 }, older);
    const after = await this.oldestOf(conversationId, { from: seq, to: range.to }, newer);
    if (!isWanted()) return true;
    await this.show(conversationId, {
      from: before.length < older ? range.from : (before[0]?.seq ?? seq),
      to: after.length < newer ? range.to : (after.at(-1)?.seq ?? seq),
    });
    return true;
  }

  /** A page arrived: it is shown when it continues what is. */
  async extend(conversationId: string, page: Range): Promise<void> {
    const window = this.shown.get(conversationId);
    if (window !== undefined && touch(window, page)) await this.show(conversationId, hull(window, page));
  }

  async show(conversationId: string, window: Range): Promise<void> {
    this.shown.set(conversationId, window);
    await this.wake(conversationId);
  }

  async showNewest(conversationId: string): Promise<void> {
    this.move(conversationId);
    const window = this.shown.get(conversationId);
    if (window === undefined || atEnd(window)) return;
    this.shown.delete(conversationId);
    await this.wake(conversationId);
  }

  /** Nobody looks at it any more: next time it begins at its end. */
  leave(conversationId: string): void {
    const window = this.shown.get(conversationId);
    if (window !== undefined && !atEnd(window)) this.shown.delete(conversationId);
  }

  startOver(conversationId: string): void {
    this.shown.delete(conversationId);
  }

  /** The first one, oldest first, that is as late (ISO 8601) or later. */
  async cachedSince(conversationId: string, at: string): Promise<Message | undefined> {
    const moment = Date.parse(at);
    for (const range of rangesOf(await this.cursor(conversationId))) {
      const late = (message: Message) => !message.deleted_at && Date.parse(message.created_at) >= moment;
      const found = await this.between(conversationId, range).and(late).first();
      if (found !== undefined) return found;
    }
    return undefined;
  }

  between(conversationId: string, { from, to }: Range) {
    return this.db.messages
      .where('[conversation_id+seq]')
      .between([conversationId, from], [conversationId, to], true, true);
  }

  /** The newest page of what is cached. */
  newest(conversationId: string): PromiseExtended<Message[]> {
    return this.newestOf(conversationId, EVERYTHING, PAGE);
  }

  private newestOf(conversationId: string, range: Range, count: number): PromiseExtended<Message[]> {
    const newest = this.between(conversationId, range).reverse().limit(count).toArray();
    return newest.then((found) => found.reverse());
  }

  private oldestOf(conversationId: string, range: Range, count: number) {
    return this.between(conversationId, range).limit(count).toArray();
  }

  private async grownUp(id: string, window: Range, range: Range): Promise<Range | undefined> {
    if (window.from <= range.from) return undefined;
    const found = await this.newestOf(id, { from: range.from, to: window.from - 1 }, PAGE);
    return { ...window, from: found.length < PAGE ? range.from : (found[0]?.seq ?? range.from) };
  }

  private async grownDown(id: string, window: Range, range: Range): Promise<Range | undefined> {
    if (window.to >= range.to) return undefined;
    const found = await this.oldestOf(id, { from: window.to + 1, to: range.to }, PAGE);
    return { ...window, to: found.length < PAGE ? range.to : (found.at(-1)?.seq ?? range.to) };
  }

  private cursor(conversationId: string): PromiseExtended<Cursor | undefined> {
    return this.db.cursors.get(conversationScope(conversationId));
  }

  /** Live queries of the conversation, which read its cursor, read again. */
  private wake(conversationId: string): Promise<unknown> {
    const { cursors } = this.db;
    return this.db.transaction('rw', [cursors], function* () {
      const cursor = yield* step(cursors.get(conversationScope(conversationId)));
      if (cursor !== undefined) yield* step(cursors.put(cursor));
    });
  }
}

/** Of which parts the cache has every message, oldest first. Earlier versions kept one, down from the end. */
export function rangesOf(cursor: Cursor | undefined): Range[] {
  if (cursor === undefined) return [];
  return cursor.ranges ?? [{ from: cursor.complete ? 0 : (cursor.from ?? 0), to: OPEN }];
}

function isWithin({ from, to }: Range, cursor: Cursor): boolean {
  const range = rangeAt(rangesOf(cursor), from);
  return range !== undefined && to <= range.to;
}

function nothingCached(window: Range, side: Side): { more: boolean; ask?: Ask } {
  if (side === 'older') return atStart(window) ? { more: false } : { more: true, ask: { before: window.from } };
  return atEnd(window) ? { more: false } : { more: true, ask: { after: window.to } };
}
