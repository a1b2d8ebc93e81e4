import type { Table } from 'dexie';
import { beginsConversation, type Command, locritOf, type OutboxEntry } from './commands';
import { conversationScope } from './commands/conversations';
import { LOCRITS } from './commands/locrits';
import { rememberedIn } from './commands/memories';
import { saidIn, type TurnPlace } from './commands/send';
import type { LocritDb } from './db';
import { Listing } from './listing';
import { locritRows, withLocrits } from './locrits';
import type { Queue } from './queue';
import { EVERYTHING } from './ranges';
import { readCounts, readKey } from './read-marks';
import { conversationRows } from './shown-rows';
import { Sights } from './sight';
import { type Steps, steps } from './steps';
import { waitsForReply } from './turns';
import type { Connection, ConversationRow, LocritRow, Message, Rejected, RejectedLocrit } from './types';
import { Windows } from './windows';

const USER_SCOPES = 'user:';

/** What the interface reads: cached rows with the outbox's effects over them. Made for live queries. */
export class Views {
  readonly windows: Windows;
  readonly listing: Listing;
  readonly sights: Sights;

  constructor(
    private readonly db: LocritDb,
    private readonly queue: Queue,
  ) {
    this.windows = new Windows(db);
    this.listing = new Listing(db, queue);
    this.sights = new Sights(db, queue, this.windows);
  }

  async locrits(): Promise<LocritRow[]> {
    const rows = await this.allLocrits();
    return rows.filter((locrit) => !locrit.deleted_at).sort((a, b) => a.name.localeCompare(b.name));
  }

  private allLocrits(): Promise<LocritRow[]> {
    const { locrits } = this.db;
    const { queue } = this;
    return this.atOnce([locrits], function* () {
      const [stored, entries] = yield* steps(locrits.toArray(), queue.of(LOCRITS));
      return locritRows(stored, entries);
    });
  }

  /** By its name, by one that it had before, or by its id. One that is not on the server yet has no name before others. */
  async locrit(name: string): Promise<LocritRow | undefined> {
    const rows = await this.locrits();
    const named = rows.filter((locrit) => locrit.name === name);
    const found = named.find(({ local }) => !local) ?? named[0];
    return found ?? rows.find((one) => one.former_names?.includes(name)) ?? rows.find(({ id }) => id === name);
  }

  conversation(id: string): Promise<ConversationRow | undefined> {
    const { conversations, locrits, meta } = this.db;
    return this.atOnce([conversations, locrits, meta], () => this.conversationNow(id));
  }

  private *conversationNow(id: string): Steps<ConversationRow | undefined> {
    const { conversations, locrits, meta } = this.db;
    const [stored, entries, mark, known, ofLocrits] = yield* steps(
      conversations.get(id),
      this.queue.of(conversationScope(id)),
      meta.get(readKey(id)),
      locrits.toArray(),
      this.queue.of(LOCRITS),
    );
    const [row] = conversationRows(stored ? [stored] : [], entries, readCounts(mark ? [mark] : []));
    return row && withLocrits([row], locritRows(known, ofLocrits))[0];
  }

  /** What there is to know before something is said: the conversation, and the question that it has to wait for, if any. */
  beforeSaying(id: string, place: TurnPlace): Promise<{ conversation?: ConversationRow; follows?: string }> {
    const { conversations, locrits, meta, messages } = this.db;
    const here = this;
    return this.atOnce([conversations, locrits, meta, messages], function* () {
      const conversation = yield* here.conversationNow(id);
      return { conversation, follows: yield* here.queue.unanswered(id, place) };
    });
  }

  /** All that is cached of a conversation, oldest first. */
  cached(conversationId: string): Promise<Message[]> {
    return this.windows.between(conversationId, EVERYTHING).toArray();
  }

  async rejected(): Promise<Rejected[]> {
    const entries = (await this.queue.pending()).filter((entry) => entry.state === 'rejected');
    return Promise.all(entries.map((entry) => this.asRejected(entry)));
  }

  private async asRejected({ op_id: opId, command, problem }: OutboxEntry): Promise<Rejected> {
    const change = await this.changeOf(command);
    if (change) return { opId, text: change.name, problem, change };
    const conversationId = 'conversation_id' in command ? command.conversation_id : undefined;
    const conversation = conversationId === undefined ? undefined : await this.db.conversations.get(conversationId);
    const locrit = conversation?.locrit_name ?? ('locrit_name' in command ? command.locrit_name : undefined);
    const text = 'content' in command ? saidIn(command) : (conversation?.title ?? rememberedIn(command));
    return { opId, text, problem, locrit, conversationId };
  }

  private async changeOf(command: Command): Promise<RejectedLocrit | undefined> {
    if (!command.type.startsWith('locrit.')) return undefined;
    const id = locritOf(command) ?? '';
    const name = (await this.allLocrits()).find((row) => row.id === id)?.name ?? '';
    const about = (await this.queue.pending()).map((entry) => entry.command).filter((each) => locritOf(each) === id);
    const waiting = about.filter(beginsConversation).length;
    if (command.type !== 'locrit.edit')
      return { id, name, waiting, act: command.type === 'locrit.create' ? 'create' : 'delete' };
    const { rev: _, ...fields } = command.changes;
    return { id, name, waiting, act: 'edit', changes: fields, base: command.base };
  }

  /** What there is to say of this browser as a whole. */
  counts(): Promise<Pick<Connection, 'isKnown' | 'pending' | 'waiting' | 'rejected' | 'lastSavedAt'>> {
    const { cursors, meta } = this.db;
    const { queue } = this;
    return this.atOnce([cursors, meta], function* () {
      const [entries, loaded, saved] = yield* steps(
        queue.pending(),
        cursors.where('scope').startsWith(USER_SCOPES).count(),
        meta.get('lastSavedAt'),
      );
      const rejected = entries.filter((entry) => entry.state === 'rejected').length;
      const waiting = entries.filter((entry) => waitsForReply(entry) && entry.state === 'queued').length;
      const lastSavedAt = (saved?.value as number | undefined) ?? null;
      return { isKnown: loaded > 0, pending: entries.length - rejected, waiting, rejected, lastSavedAt };
    });
  }

  /** In one moment: between two of them an entry could leave the outbox unseen, and its row not yet be there. */
  private atOnce<T>(tables: Table[], read: () => Steps<T>): Promise<T> {
    return this.db.transaction('r', [...tables, this.db.outbox], read);
  }
}
