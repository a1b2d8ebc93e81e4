import { type LocritDb, type Shelf, type StoredConversation, shelfOf } from './db';
import { conversationRows, newestFirst } from './echo';
import type { Queue } from './queue';
import { readCounts, readKey } from './read-marks';
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
      const counts = await Promise.all(sections.map((section) => this.count(section, pending)));
      const rows: Conversation[] = [];
      let start = 0;
      for (const [at, section] of sections.entries()) {
        const [from, to] = [Math.max(query.from - start, 0), Math.min(query.to - start, counts[at] ?? 0)];
        if (from < to) rows.push(...(await this.rows(section, from, to, pending)));
        start += counts[at] ?? 0;
      }
      return { counts, from: query.from, rows: await this.asShown(rows, pending) };
    });
  }

  /** By activity alone, pinned or not. */
  newest({ limit = Infinity, ...filter }: ConversationFilter): Promise<ConversationRow[]> {
    return this.inOneMoment(async () => {
      const pending = await this.pending();
      const rows = await Promise.all(sectionsOf(filter).map((section) => this.rows(section, 0, limit, pending)));
      return this.asShown(rows.flat().sort(newestFirst).slice(0, limit), pending);
    });
  }

  /** Where the conversation is in the list; -1 when it is not in it. */
  private indexOf(id: string, query: ConversationFilter): Promise<number> {
    return this.inOneMoment(async () => {
      const pending = await this.pending();
      const row = pending.shown.find((each) => each.conversation_id === id) ?? (await this.db.conversations.get(id));
      let start = 0;
      for (const section of sectionsOf(query)) {
        if (row && holds(section, row)) return start + (await this.above(section, row, pending));
        start += await this.count(section, pending);
      }
      return -1;
    });
  }

  async beside(id: string | undefined, step: number, filter: ConversationFilter): Promise<ConversationRow | undefined> {
    const at = id === undefined ? -1 : await this.indexOf(id, filter);
    const from = at < 0 ? 0 : at + step;
    return from < 0 ? undefined : (await this.window({ ...filter, from, to: from + 1 })).rows[0];
  }

  private async above(section: Section, row: Conversation, pending: Pending): Promise<number> {
    const newer = await this.range({ ...section, from: row.updated_at }, false).count();
    const sameMoment = await this.range({ ...section, from: row.updated_at, before: row.updated_at }, true, true);
    const tied = (await sameMoment.primaryKeys()).filter((id) => id > row.conversation_id).length;
    const isAbove = (each: Conversation) => holds(section, each) && newestFirst(each, row) < 0;
    return newer + tied - pending.stored.filter(isAbove).length + pending.shown.filter(isAbove).length;
  }

  private async count(section: Section, { stored, shown }: Pending): Promise<number> {
    const inSection = (row: Conversation) => holds(section, row);
    return (await this.range(section).count()) - stored.filter(inSection).length + shown.filter(inSection).length;
  }

  /** Rows `from` up to `to` of a section. Read are as many more as pending rows can have moved them. */
  private async rows(section: Section, from: number, to: number, { stored, shown }: Pending): Promise<Conversation[]> {
    const gone = stored.filter((row) => holds(section, row));
    const added = shown.filter((row) => holds(section, row));
    const offset = Math.max(0, from - added.length);
    const read = await this.range(section)
      .reverse()
      .offset(offset)
      .limit(to + gone.length - offset)
      .toArray();
    const [first] = read;
    const isBeforeRead = (row: Conversation) => offset > 0 && first !== undefined && newestFirst(row, first) < 0;
    const taken = new Set(stored.map((row) => row.conversation_id));
    const kept = read.filter((row) => !taken.has(row.conversation_id));
    const merged = [...kept, ...added.filter((row) => !isBeforeRead(row))].sort(newestFirst);
    const index = offset - gone.filter(isBeforeRead).length + added.filter(isBeforeRead).length;
    return merged.slice(from - index, to - index);
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

  private async pending(): Promise<Pending> {
    const entries = await this.queue.pending();
    const ids = new Set(
      entries.flatMap(({ command }) => ('conversation_id' in command ? command.conversation_id : [])),
    );
    if (ids.size === 0) return { stored: [], shown: [] };
    const found = (await this.db.conversations.bulkGet([...ids])).filter((row) => row !== undefined);
    const deleted = await this.db.locrits.filter((locrit) => locrit.deleted_at !== null).primaryKeys();
    const alive = found.filter((row) => !deleted.includes(row.locrit_id));
    const left = new Set(found.filter((row) => !alive.includes(row)).map((row) => row.conversation_id));
    const shown = conversationRows(alive, entries, await this.readCounts([...ids]));
    return {
      stored: found.filter((row) => row.shelf !== undefined),
      shown: shown.filter((row) => !left.has(row.conversation_id)),
    };
  }

  private async asShown(rows: Conversation[], { shown }: Pending): Promise<ConversationRow[]> {
    const read = await this.readCounts(rows.map((row) => row.conversation_id));
    const known = new Map([...conversationRows(rows, [], read), ...shown].map((row) => [row.conversation_id, row]));
    return rows.flatMap((row) => known.get(row.conversation_id) ?? []);
  }

  private async readCounts(ids: string[]): Promise<Map<string, number>> {
    const marks = await this.db.meta.bulkGet(ids.map(readKey));
    return readCounts(marks.filter((mark) => mark !== undefined));
  }

  private inOneMoment<T>(read: () => Promise<T>): Promise<T> {
    const { conversations, locrits, meta, outbox } = this.db;
    return this.db.transaction('r', [conversations, locrits, meta, outbox], read);
  }
}

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
