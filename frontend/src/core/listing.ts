import type { PromiseExtended } from 'dexie';
import type { LocritDb } from './db';
import { type Shelf, type StoredConversation, shelfOf, visitorOf } from './entities/conversations';
import { locritRows, moved, withLocrits } from './locrits';
import type { Queue } from './queue';
import { readCounts, readKey } from './read-marks';
import { conversationRows, newestFirst } from './shown-rows';
import { type Steps, step, steps } from './steps';
import type {
  Conversation,
  ConversationFilter,
  ConversationRow,
  ConversationWindow,
  ConversationWindowQuery,
} from './types';

/** One of the key ranges that a list is made of: a shelf, and the moments between which its conversations were active. */
interface Section {
  shelf: Shelf;
  locrit?: string;
  own?: boolean;
  from: string;
  before: string;
}

/** What waits in the outbox changes these conversations: as they are stored in the index, and as they are shown. */
interface Pending {
  stored: StoredConversation[];
  shown: ConversationRow[];
}

/** Sorts after every moment. */
const EVER = '\uffff';

/**
 * Windows of the list of conversations, read by index: how many rows each group has, and no row outside the window. What the
 * outbox changes is taken out of the index's order, and put in where it belongs.
 */
export class Listing {
  /** As what a conversation was known to be read. As long as it is the same it stays so: only others are looked up. */
  private readonly readAs = new Map<string, string>();

  constructor(
    private readonly db: LocritDb,
    private readonly queue: Queue,
  ) {}

  window(query: ConversationWindowQuery): Promise<ConversationWindow> {
    return this.inOneMoment(() => this.windowNow(query));
  }

  private *windowNow(query: ConversationWindowQuery): Steps<ConversationWindow> {
    const pending = yield* this.pending();
    const sections = sectionsOf(query);
    const counts = yield* steps(...sections.map((section) => this.count(section, pending)));
    const rows: Conversation[] = [];
    let start = 0;
    for (const [at, section] of sections.entries()) {
      const count = counts[at] ?? 0;
      const [from, to] = [Math.max(query.from - start, 0), Math.min(query.to - start, count)];
      if (from < to) rows.push(...(yield* this.rows(section, from, to, pending)));
      start += count;
    }
    return { counts, from: query.from, rows: yield* this.asShown(rows, pending) };
  }

  /** By activity alone, pinned or not. */
  newest(filter: ConversationFilter): Promise<ConversationRow[]> {
    return this.inOneMoment(() => this.newestNow(filter));
  }

  private *newestNow({ limit = Infinity, ...filter }: ConversationFilter): Steps<ConversationRow[]> {
    const pending = yield* this.pending();
    const rows: Conversation[] = [];
    for (const section of sectionsOf(filter)) rows.push(...(yield* this.rows(section, 0, limit, pending)));
    return yield* this.asShown(rows.sort(newestFirst).slice(0, limit), pending);
  }

  /** The one that stands `step` places below this one; the first when this one is not in the list. */
  async beside(id: string | undefined, step: number, filter: ConversationFilter): Promise<ConversationRow | undefined> {
    const at = id === undefined ? -1 : await this.inOneMoment(() => this.indexOf(id, filter));
    const from = at < 0 ? 0 : at + step;
    return from < 0 ? undefined : (await this.window({ ...filter, from, to: from + 1 })).rows[0];
  }

  /** -1 when it is not in the list. */
  private *indexOf(id: string, query: ConversationFilter): Steps<number> {
    const pending = yield* this.pending();
    const stored = yield* step(this.db.conversations.get(id));
    const row = pending.shown.find((each) => each.conversation_id === id) ?? stored;
    let above = 0;
    for (const section of sectionsOf(query)) {
      if (row && holds(section, row)) return above + (yield* this.above(section, row, pending));
      above += yield* step(this.count(section, pending));
    }
    return -1;
  }

  private *above(section: Section, row: Conversation, { stored, shown }: Pending): Steps<number> {
    const isAbove = (each: Conversation) => holds(section, each) && newestFirst(each, row) < 0;
    const moved = shown.filter(isAbove).length - stored.filter(isAbove).length;
    const sameMoment = this.range({ ...section, from: row.updated_at, before: row.updated_at }, true, true);
    const newer = yield* step(this.range({ ...section, from: row.updated_at }, false).count());
    const tied = yield* step(sameMoment.primaryKeys());
    return newer + tied.filter((id) => id > row.conversation_id).length + moved;
  }

  private count(section: Section, { stored, shown }: Pending): PromiseExtended<number> {
    const inSection = (row: Conversation) => holds(section, row);
    const moved = shown.filter(inSection).length - stored.filter(inSection).length;
    return this.range(section)
      .count()
      .then((count) => count + moved);
  }

  /** Rows `from` up to `to` of a section. Read are as many more as pending rows can have moved them. */
  private *rows(section: Section, from: number, to: number, { stored, shown }: Pending): Steps<Conversation[]> {
    const gone = stored.filter((row) => holds(section, row));
    const added = shown.filter((row) => holds(section, row));
    const offset = Math.max(0, from - added.length);
    const taken = new Set(stored.map((row) => row.conversation_id));
    const range = this.range(section).reverse().offset(offset);
    const read = yield* step(range.limit(to + gone.length - offset).toArray());
    const [first] = read;
    const isBeforeRead = (row: Conversation) => offset > 0 && first !== undefined && newestFirst(row, first) < 0;
    const kept = read.filter((row) => !taken.has(row.conversation_id));
    const merged = [...kept, ...added.filter((row) => !isBeforeRead(row))].sort(newestFirst);
    const index = offset - gone.filter(isBeforeRead).length + added.filter(isBeforeRead).length;
    return merged.slice(from - index, to - index);
  }

  private range({ shelf, locrit, own, from, before }: Section, isFromIncluded = true, isBeforeIncluded = false) {
    const { conversations } = this.db;
    const range =
      locrit === undefined
        ? conversations
            .where('[shelf+updated_at]')
            .between([shelf, from], [shelf, before], isFromIncluded, isBeforeIncluded)
        : conversations
            .where('[locrit_name+shelf+updated_at]')
            .between([locrit, shelf, from], [locrit, shelf, before], isFromIncluded, isBeforeIncluded);
    return own ? range.filter(isOwn) : range;
  }

  private *pending(): Steps<Pending> {
    const [entries, known] = yield* steps(this.queue.pending(), this.db.locrits.toArray());
    if (entries.length === 0) return { stored: [], shown: [] };
    const locrits = locritRows(known, entries);
    const ids = entries.flatMap(({ command }) => ('conversation_id' in command ? command.conversation_id : []));
    const ofMoved = this.db.conversations.where('locrit_id').anyOf(moved(known, locrits));
    const also = yield* step(ofMoved.primaryKeys());
    const changed = [...new Set([...ids, ...also])];
    const [found, read] = yield* steps(this.db.conversations.bulkGet(changed), this.readCounts(changed));
    const rows = found.filter((row) => row !== undefined);
    const shown = withLocrits(conversationRows(rows, entries, read), locrits);
    return { stored: rows.filter((row) => row.shelf !== undefined), shown };
  }

  private *asShown(rows: Conversation[], { shown }: Pending): Steps<ConversationRow[]> {
    const asked = rows.filter((row) => this.readAs.get(row.conversation_id) !== stateOf(row));
    const read = yield* step(this.readCounts(asked.map((row) => row.conversation_id)));
    const stored = conversationRows(rows, [], read);
    for (const row of stored) if (!row.unread) this.readAs.set(row.conversation_id, stateOf(row));
    const known = new Map([...stored, ...shown].map((row) => [row.conversation_id, row]));
    return rows.flatMap((row) => known.get(row.conversation_id) ?? []);
  }

  private readCounts(ids: string[]) {
    return this.db.meta
      .bulkGet(ids.map(readKey))
      .then((marks) => readCounts(marks.filter((mark) => mark !== undefined)));
  }

  private inOneMoment<T>(read: () => Steps<T>): Promise<T> {
    const { conversations, locrits, meta, outbox } = this.db;
    return this.db.transaction('r', [conversations, locrits, meta, outbox], read);
  }
}

/** Pinned ones first, unless it is the archive; then what was active since each of the moments, newest first, and the rest. */
function sectionsOf({ locrit, archived, own, since = [] }: Partial<ConversationWindowQuery>): Section[] {
  const shelf = archived ? ('archived' as const) : ('listed' as const);
  const dated = [...since, ''].map((from, at) => ({ shelf, locrit, own, from, before: since[at - 1] ?? EVER }));
  return archived ? dated : [{ shelf: 'pinned', locrit, own, from: '', before: EVER }, ...dated];
}

function holds({ shelf, locrit, own, from, before }: Section, row: Conversation): boolean {
  const isInTime = from <= row.updated_at && row.updated_at < before;
  const isAsked = (locrit === undefined || row.locrit_name === locrit) && (!own || isOwn(row));
  return isInTime && shelfOf(row) === shelf && isAsked;
}

function isOwn(row: Conversation): boolean {
  return visitorOf(row) === undefined;
}

/** Another one after whatever was said in it. */
function stateOf({ head_seq, message_count }: Conversation): string {
  return `${head_seq} ${message_count}`;
}
