import { liveQuery } from 'dexie';
import type { OutboxEntry } from './commands';
import { conversationScope } from './commands/conversations';
import type { LocritDb } from './db';
import type { Queue } from './queue';
import { atEnd, atStart, type Range } from './ranges';
import { NO_ROWS, put } from './rows';
import { latestBy, rejected, withPending } from './shown-rows';
import { Value } from './signal';
import { step, steps } from './steps';
import { isSendEntry, type SendEntry, waitsForReply } from './turns';
import type { Message, MessageRow, SaveState, ShownMessages, Signal } from './types';
import type { Windows } from './windows';

/** What is shown of the messages of conversations. Each read is of one moment: see `Views`. */
export class Sights {
  constructor(
    private readonly db: LocritDb,
    private readonly queue: Queue,
    private readonly windows: Windows,
  ) {}

  /** What is shown of this one, as it is now. */
  of(conversationId: string): Sight {
    return new Sight(conversationId, () => this.shown(conversationId), this.queue.added);
  }

  /**
   * What this tab shows of a conversation, oldest first, also those that are gone: they hold the places of what follows
   * them. What is not sent yet comes after everything.
   */
  shown(conversationId: string): Promise<ShownMessages> {
    const { db, queue, windows } = this;
    return db.transaction('r', [db.messages, db.cursors, db.outbox], function* () {
      const pending = queue.of(conversationScope(conversationId));
      const [window, stored, entries] = yield* windows.read(conversationId, pending);
      const newest = atEnd(window) ? [] : yield* step(windows.newest(conversationId));
      const rows = inSight(messageRows([...stored, ...newest], entries), window);
      return { messages: rows, atStart: atStart(window), atEnd: atEnd(window) };
    });
  }

  message(conversationId: string, messageId: string): Promise<MessageRow | undefined> {
    const { db, queue } = this;
    return db.transaction('r', [db.messages, db.outbox], function* () {
      const [stored, entries] = yield* steps(db.messages.get(messageId), queue.of(conversationScope(conversationId)));
      return messageRows(stored ? [stored] : [], entries).find(({ message_id }) => message_id === messageId);
    });
  }

  async messages(conversationId: string): Promise<MessageRow[]> {
    return (await this.shown(conversationId)).messages.filter((message) => !message.deleted_at);
  }
}

const NOTHING: Signal<OutboxEntry | undefined> = new Value(undefined);

/**
 * What is shown of a conversation, kept current while somebody looks. What is said in this tab stands there as soon as it is
 * durable: it is handed on from memory, until a read that began later has it from the database.
 */
export class Sight implements Signal<ShownMessages | undefined> {
  private readonly shown = new Value<ShownMessages | undefined>(undefined);
  private said: readonly SendEntry[] = [];
  private failure: { error: unknown } | undefined;
  private end: (() => void) | undefined;

  constructor(
    private readonly conversationId: string,
    private readonly read: () => Promise<ShownMessages>,
    private readonly added: Signal<OutboxEntry | undefined> = NOTHING,
  ) {}

  /** Undefined until it is known. Throws when it could not be read. */
  readonly get = (): ShownMessages | undefined => {
    if (this.failure) throw this.failure.error;
    return this.shown.get();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    const forget = this.shown.subscribe(listener);
    this.end ??= this.begin();
    return () => {
      forget();
      if (this.shown.watched) return;
      this.end?.();
      this.end = undefined;
    };
  };

  private begin(): () => void {
    const read = async () => {
      const before = this.said;
      return { shown: await this.read(), before };
    };
    const reading = liveQuery(read).subscribe(
      ({ shown, before }) => {
        this.said = this.said.filter((entry) => !before.includes(entry));
        this.shown.set(this.said.reduce(withSaid, shown));
      },
      (error) => {
        this.failure = { error };
        this.shown.set(undefined);
      },
    );
    const deaf = this.added.subscribe(() => this.hear(this.added.get()));
    return () => {
      reading.unsubscribe();
      deaf();
    };
  }

  private hear(entry: OutboxEntry | undefined): void {
    if (!entry || !isSendEntry(entry) || entry.command.conversation_id !== this.conversationId) return;
    this.said = [...this.said, entry];
    const shown = this.shown.get();
    if (shown) this.shown.set(withSaid(shown, entry));
  }
}

/** Only at the end: elsewhere a read tells whether it belongs to the branch in sight. */
function withSaid(shown: ShownMessages, entry: SendEntry): ShownMessages {
  const { messages, atEnd } = shown;
  const isIt = ({ message_id }: MessageRow) => message_id === entry.command.message_id;
  const said = messageRows(messages, [entry]).find(isIt);
  return !atEnd || said === undefined || messages.some(isIt) ? shown : { ...shown, messages: [...messages, said] };
}

/** Oldest first; what waits for a decision counts as there, also when it was deleted elsewhere meanwhile. */
export function messageRows(stored: readonly Message[], entries: readonly OutboxEntry[]): MessageRow[] {
  const rows = put(NO_ROWS, { messages: stored });
  const about = (entry: OutboxEntry) => ('message_id' in entry.command ? entry.command.message_id : undefined);
  const changes = latestBy(entries, (entry) => (asks(entry) ? undefined : about(entry)));
  const asking = latestBy(entries, (entry) => (asks(entry) ? about(entry) : undefined));
  return [...withPending(rows, entries).messages.values()]
    .sort((a, b) => a.seq - b.seq)
    .map((message) => {
      const id = message.message_id;
      return { ...asMessageRow(message, changes.get(id), rows.messages.get(id)), ...asked(asking.get(id)) };
    });
}

/** What is asked of a message or a reply, and was not refused, does not change it. */
function asks({ command, state }: OutboxEntry): boolean {
  return state !== 'rejected' && (command.type === 'reply.retry' || command.type === 'reply.continue');
}

function asked(entry?: OutboxEntry): Pick<MessageRow, 'asked'> {
  if (entry === undefined) return {};
  const to = entry.command.type === 'reply.retry' ? 'again' : 'on';
  return { asked: entry.tried ? { to } : { to, opId: entry.op_id } };
}

function asMessageRow(message: Message, entry?: OutboxEntry, stored?: Message): MessageRow {
  if (entry === undefined) {
    return { ...message, state: stateOf(message), ...(message.error ? { problem: message.error } : {}) };
  }
  const { state, op_id: opId } = entry;
  const deleted_at = state === 'rejected' ? null : message.deleted_at;
  return { ...message, deleted_at, state, opId, ...waiting(entry), ...rejected(entry, stored) };
}

function waiting(entry: OutboxEntry): Pick<MessageRow, 'unsent' | 'waits'> {
  if (!isSendEntry(entry) || entry.state !== 'queued' || entry.tried) return {};
  return { unsent: true, waits: waitsForReply(entry) };
}

function stateOf(message: Message): SaveState {
  return message.status === 'complete' ? 'saved' : message.status;
}

/**
 * Of the newest page what belongs to a part before it: the branch that is talked on, when it begins there. So that who
 * asks again far above the end sees the answer where it was asked.
 */
function inSight(rows: MessageRow[], { to }: Range): MessageRow[] {
  const ids = new Set<string | null>();
  const parents = new Set<string | null>();
  const seen = rows.filter(({ seq, message_id, parent_id }) => {
    const isSeen = seq <= to || (parent_id !== null && (ids.has(parent_id) || parents.has(parent_id)));
    if (isSeen) ids.add(message_id);
    if (isSeen) parents.add(parent_id);
    return isSeen;
  });
  return seen.at(-1) === rows.at(-1) ? seen : seen.filter(({ seq }) => seq <= to);
}
