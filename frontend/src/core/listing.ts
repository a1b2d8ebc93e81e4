import Dexie from 'dexie';
import type { OutboxEntry } from './commands';
import type { LocritDb } from './db';
import { type Shelf, type StoredConversation, shelfOf } from './entities/conversations';
import { type LocritRow, locritRows, moved, withLocrits } from './locrits';
import type { Queue } from './queue';
import { readCounts, readKey } from './read-marks';
import { conversationRows, newestFirst } from './shown-rows';
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
  constructor(
    private readonly db: LocritDb,
    private readonly queue: Queue,
  ) {}

  window(query: ConversationWindowQuery): Promise<ConversationWindow> {
    return this.inOneMoment(async () => {
      const pending = await this.pending();
      const sections = sectionsOf(query);
      const counts = await all(sections.map((section) => this.count(section, pending)));
      let start = 0;
      const parts = sections.flatMap((section, at) => {
        const count = counts[at] ?? 0;
        const [from, to] = [Math.max(query.from - start, 0), Math.min(query.to - start, count)];
        start += count;
        return from < to ? this.rows(section, from, to, pending) : [];
      });
      return { counts, from: query.from, rows: await this.asShown((await all(parts)).flat(), pending) };
    });
  }

  /** By activity alone, pinned or not. */
  newest({ limit = Infinity, ...filter }: ConversationFilter): Promise<ConversationRow[]> {
    return this.inOneMoment(async () => {
      const pending = await this.pending();
      const rows = await all(sectionsOf(filter).map((section) => this.rows(section, 0, limit, pending)));
      return this.asShown(rows.flat().sort(newestFirst).slice(0, limit), pending);
    });
  }

  /** The one that stands `step` places below this one; the first when this one is not in the list. */
  async beside(id: string | undefined, step: number, filter: ConversationFilter): Promise<ConversationRow | undefined> {
    const at = id === undefined ? -1 : await this.indexOf(id, filter);
    const from = at < 0 ? 0 : at + step;
    return from < 0 ? undefined : (await this.window({ ...filter, from, to: from + 1 })).rows[0];
  }

  /** -1 when it is not in the list. */
  private indexOf(id: string, query: ConversationFilter): Promise<number> {
    return this.inOneMoment(async () => {
      const pending = await this.pending();
      const stored = await this.db.conversations.get(id);
      const row = pending.shown.find((each) => each.conversation_id === id) ?? stored;
      const sections = sectionsOf(query);
      const at = sections.findIndex((section) => row && holds(section, row));
      const section = sections[at];
      if (row === undefined || section === undefined) return -1;
      const before = await all(sections.slice(0, at).map((each) => this.count(each, pending)));
      return before.reduce((sum, count) => sum + count, await this.above(section, row, pending));
    });
  }

  private above(section: Section, row: Conversation, { stored, shown }: Pending) {
    const isAbove = (each: Conversation) => holds(section, each) && newestFirst(each, row) < 0;
    const moved = shown.filter(isAbove).length - stored.filter(isAbove).length;
    const sameMoment = this.range({ ...section, from: row.updated_at, before: row.updated_at }, true, true);
    return all([this.range({ ...section, from: row.updated_at }, false).count(), sameMoment.primaryKeys()]).then(
      ([newer, tied]) => newer + tied.filter((id) => id > row.conversation_id).length + moved,
    );
  }

  private count(section: Section, { stored, shown }: Pending) {
    const inSection = (row: Conversation) => holds(section, row);
    const moved = shown.filter(inSection).length - stored.filter(inSection).length;
    return this.range(section)
      .count()
      .then((count) => count + moved);
  }

  /** Rows `from` up to `to` of a section. Read are as many more as pending rows can have moved them. */
  private rows(section: Section, from: number, to: number, { stored, shown }: Pending) {
    const gone = stored.filter((row) => holds(section, row));
    const added = shown.filter((row) => holds(section, row));
    const offset = Math.max(0, from - added.length);
    const taken = new Set(stored.map((row) => row.conversation_id));
    const merge = (read: Conversation[]) => {
      const [first] = read;
      const isBeforeRead = (row: Conversation) => offset > 0 && first !== undefined && newestFirst(row, first) < 0;
      const kept = read.filter((row) => !taken.has(row.conversation_id));
      const merged = [...kept, ...added.filter((row) => !isBeforeRead(row))].sort(newestFirst);
      const index = offset - gone.filter(isBeforeRead).length + added.filter(isBeforeRead).length;
      return merged.slice(from - index, to - index);
    };
    return this.range(section)
      .reverse()
      .offset(offset)
      .limit(to + gone.length - offset)
      .toArray()
      .then(merge);
  }

  private range({ shelf, locrit, from, before }: Section, isFromIncluded = true, isBeforeIncluded = false) {
    const { conversations } = this.db;
    return locrit === undefined
      ? conversations
          .where('[shelf+updated_at]')
          .between([shelf, from], [shelf, before], isFromIncluded, isBeforeIncluded)
      : conversations
          .where('[locrit_name+shelf+updated_at]')
          .between([locrit, shelf, from], [locrit, shelf, before], isFromIncluded, isBeforeIncluded);
  }

  private pending(): PromiseLike<Pending> {
    return all([this.queue.pending(), this.db.locrits.toArray()]).then(([entries, known]) => {
      if (entries.length === 0) return { stored: [], shown: [] };
      const locrits = locritRows(known, entries);
      const ids = entries.flatMap(({ command }) => ('conversation_id' in command ? command.conversation_id : []));
      const ofMoved = this.db.conversations.where('locrit_id').anyOf(moved(known, locrits)).primaryKeys();
      return ofMoved.then((also) => this.changed([...new Set([...ids, ...also])], entries, locrits));
    });
  }

  private changed(ids: string[], entries: OutboxEntry[], locrits: LocritRow[]): PromiseLike<Pending> {
    return all([this.db.conversations.bulkGet(ids), this.readCounts(ids)]).then(([found, read]) => {
      const rows = found.filter((row) => row !== undefined);
      const shown = withLocrits(conversationRows(rows, entries, read), locrits);
      return { stored: rows.filter((row) => row.shelf !== undefined), shown };
    });
  }

  private asShown(rows: Conversation[], { shown }: Pending): PromiseLike<ConversationRow[]> {
    return this.readCounts(rows.map((row) => row.conversation_id)).then((read) => {
      const known = new Map([...conversationRows(rows, [], read), ...shown].map((row) => [row.conversation_id, row]));
      return rows.flatMap((row) => known.get(row.conversation_id) ?? []);
    });
  }

  private readCounts(ids: string[]) {
    return this.db.meta
      .bulkGet(ids.map(readKey))
      .then((marks) => readCounts(marks.filter((mark) => mark !== undefined)));
  }

  private inOneMoment<T>(read: () => Promise<T>): Promise<T> {
    const { conversations, locrits, meta, outbox } = this.db;
    return this.db.transaction('r', [conversations, locrits, meta, outbox], read);
  }
}

/** Within a transaction only Dexie's own promises are waited for: others can lose it on the way. */
const all = Dexie.Promise.all.bind(Dexie.Promise) as typeof Promise.all;

/** Pinned ones first, unless it is the archive; then what was active since each of the moments, newest first, and the rest. */
function sectionsOf({ locrit, archived, since = [] }: Partial<ConversationWindowQuery>): Section[] {
  const shelf = archived ? ('archived' as const) : ('listed' as const);
  const dated = [...since, ''].map((from, at) => ({ shelf, locrit, from, before: since[at - 1] ?? EVER }));
  return archived ? dated : [{ shelf: 'pinned', locrit, from: '', before: EVER }, ...dated];
}

function holds({ shelf, locrit, from, before }: Section, row: Conversation): boolean {
  const isInTime = from <= row.updated_at && row.updated_at < before;
  return isInTime && shelfOf(row) === shelf && (locrit === undefined || row.locrit_name === locrit);
}
