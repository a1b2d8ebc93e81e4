import type { Collection, InsertType, PromiseExtended } from 'dexie';
import { v7 as uuid } from 'uuid';
import {
  type About,
  type Command,
  crossesQueues,
  kindOf,
  type OutboxEntry,
  placeOfWords,
  queueKey,
  subjectOf,
} from './commands';
import { conversationScope } from './commands/conversations';
import { isUnseen } from './commands/kind';
import { LOCRITS } from './commands/locrits';
import type { TurnPlace } from './commands/send';
import type { LocritDb } from './db';
import { Value } from './signal';
import { type Steps, step } from './steps';
import type { StorageQuota } from './storage-quota';
import { byMessage, due, turnOf, unanswered, waitsForReply } from './turns';
import type { ChangeEvent } from './types';

/** That an operation was done; of an event it is known what it is about. */
export interface Ack {
  op_id: string;
  entity_id?: string;
}

/** Who sends at once what is added to an idle queue. */
export interface FastPath {
  isFree(queueKey: string): boolean;
  /** The entry is durable, and marked as on its way. */
  send(entry: OutboxEntry): void;
}

type Found = Collection<OutboxEntry, number, InsertType<OutboxEntry, 'order'>>;

const QUEUED = { state: 'queued' as const };
/** The server may have it from now on. */
const SENDING = { state: 'sending' as const, tried: true };

/** The outbox's rows. What is added here is durable, and leaves only when the server has it or a person discards it. */
export class Queue {
  /** The newest that was added here. */
  readonly added = new Value<OutboxEntry | undefined>(undefined);

  constructor(
    private readonly db: LocritDb,
    private readonly quota: StorageQuota,
    private readonly fastPath: FastPath,
  ) {}

  /** Of all queues, in the order in which they were added. */
  pending(): PromiseExtended<OutboxEntry[]> {
    return this.db.outbox.orderBy('order').toArray();
  }

  of(queueKey: string): PromiseExtended<OutboxEntry[]> {
    return this.db.outbox.where('queueKey').equals(queueKey).sortBy('order');
  }

  /** What is to be sent, and what of it waits for nothing but a reply. */
  async pendingAndDue(): Promise<{ entries: OutboxEntry[]; due: Map<number, boolean> }> {
    const entries = await this.pending(); // first: what leaves the outbox meanwhile still counts as waited for
    return { entries, due: await this.due(entries) };
  }

  async due(entries: readonly OutboxEntry[]): Promise<Map<number, boolean>> {
    if (!entries.some(waitsForReply)) return new Map();
    return this.db.transaction('r', [this.db.messages], () => due(this.db, entries));
  }

  /** What a question asked here now has to wait for, if anything. */
  *unanswered(conversationId: string, place: TurnPlace): Steps<string | undefined> {
    const pending = place.sibling_of === undefined ? yield* step(this.of(conversationScope(conversationId))) : [];
    return yield* unanswered(this.db, conversationId, pending, place);
  }

  /**
   * First in an idle queue it is on its way with the same write; behind what it may depend on it waits for its turn.
   * Returns the operation's id.
   */
  async add(command: Command): Promise<string> {
    const key = queueKey(command);
    const { outbox } = this.db;
    const waits = command.type === 'message.send' && command.follows !== undefined;
    const before = crossesQueues(command) ? outbox : outbox.where('queueKey').anyOf(key, LOCRITS);
    const entry = { op_id: uuid(), queueKey: key, created_at: new Date().toISOString(), command };
    const isFree = () => this.fastPath.isFree(key) && !waits;
    function* add(signal: AbortSignal): Steps<OutboxEntry> {
      signal.throwIfAborted();
      const goes = isFree() && (yield* step(before.count())) === 0;
      const marked = { ...entry, ...(goes ? SENDING : QUEUED) };
      return { ...marked, order: yield* step(outbox.add({ ...marked })) };
    }
    const added = await this.quota.keep(add, [outbox], placeOfWords(command));
    if (added.state === 'sending') this.fastPath.send(added);
    this.added.set(added);
    return entry.op_id;
  }

  /**
   * The entry as it is now, marked as on its way; undefined when it is done, discarded or rejected meanwhile, or waits for a
   * reply. A full browser has no room for the mark, and it goes without: only what leaves makes room.
   */
  take(order: number): Promise<OutboxEntry | undefined> {
    const tables = [this.db.outbox, this.db.messages];
    const unmarked = () => this.db.transaction('r', tables, () => this.ready(order));
    return this.quota.write(() => this.taken(order), tables, { otherwise: unmarked });
  }

  private *taken(order: number): Steps<OutboxEntry | undefined> {
    const entry = yield* this.ready(order);
    if (entry === undefined) return undefined;
    const taken = { ...entry, ...SENDING };
    yield* step(this.db.outbox.put(taken));
    return taken;
  }

  /** What has waited for a reply now has its place after it, and keeps that however often it is sent. */
  private *ready(order: number): Steps<OutboxEntry | undefined> {
    const entry = yield* step(this.db.outbox.get(order));
    if (entry === undefined || entry.state === 'rejected') return undefined;
    if (!waitsForReply(entry)) return entry;
    const turn = yield* turnOf(this.db, entry, byMessage(yield* step(this.of(entry.queueKey))));
    if (turn === undefined || !(turn.hasEnded || this.quota.isFull.get())) return undefined;
    const { follows: _, ...command } = entry.command;
    return { ...entry, command: { ...command, ...turn.place } };
  }

  /** It did not get through, and waits for its next turn. An entry that is gone meanwhile stays gone. */
  async putBack(order: number): Promise<void> {
    await this.update(order, QUEUED);
  }

  async reject(order: number, problem: OutboxEntry['problem']): Promise<void> {
    await this.update(order, { state: 'rejected', problem });
  }

  /**
   * Puts a command into one that waits, or was refused, where the server has nothing of that: both go as one. Returns the
   * operation's id, undefined when there is no such one.
   */
  absorb(later: About): Promise<string | undefined> {
    return this.quota.keep(() => this.absorbed(later, uuid()), [this.db.outbox], placeOfWords(later as Command));
  }

  /** With another id: the old one may be known to stand for what it was. */
  private *absorbed(later: About, op_id: string): Steps<string | undefined> {
    for (const entry of yield* step(this.pending())) {
      const command = kindOf(entry.command).absorb?.(entry, later);
      if (command === undefined) continue;
      const { problem: _, ...rest } = entry;
      yield* step(this.db.outbox.put({ ...rest, op_id, command, ...QUEUED, tried: false }));
      return op_id;
    }
    return undefined;
  }

  /** An edit that lost goes over the text that it lost against. `rev` is the one that is cached now. */
  async overwrite(opId: string, rev = 0): Promise<void> {
    await this.refused(opId, (entry) => {
      if (entry.command.type !== 'message.edit') return;
      entry.command.rev = Math.max(rev, entry.problem?.details?.current?.rev ?? 0, entry.command.rev);
      markQueued(entry);
    });
  }

  /** An edit that lost becomes a version of the text that it lost against. */
  async keepConflict(opId: string): Promise<void> {
    await this.refused(opId, (entry) => {
      if (entry.command.type !== 'message.edit') return;
      const { conversation_id, message_id, content } = entry.command;
      entry.command = { type: 'message.conflict', conversation_id, message_id, content };
      entry.op_id = uuid();
      markQueued(entry);
    });
  }

  /** Removes what was done, and returns it. */
  *confirm(acks: readonly Ack[]): Steps<OutboxEntry[]> {
    if (acks.length === 0) return [];
    const ids = acks.map(({ op_id }) => op_id);
    const known = yield* step(this.db.outbox.where('op_id').anyOf(ids).toArray());
    const done = known.filter((entry) => acks.some((ack) => confirms(ack, entry)));
    if (done.length > 0) yield* step(this.db.outbox.bulkDelete(done.map(({ order }) => order)));
    return done;
  }

  async requeue(opId: string): Promise<void> {
    const { outbox } = this.db;
    await this.quota.keep(() => step(outbox.where('op_id').equals(opId).modify(markQueued)), [outbox]);
  }

  async discard(opId: string): Promise<void> {
    await this.remove(this.db.outbox.where('op_id').equals(opId));
  }

  private async refused(opId: string, change: (entry: OutboxEntry) => void): Promise<void> {
    const entries = this.db.outbox.where('op_id').equals(opId);
    const refused = entries.and((entry) => entry.state === 'rejected');
    await this.quota.keep(() => step(refused.modify(change)), [this.db.outbox]);
  }

  /** False when it was sent meanwhile. */
  discardUnseen(order: number): Promise<boolean> {
    return this.remove(this.db.outbox.where('order').equals(order).and(isUnseen));
  }

  private remove(found: Found): Promise<boolean> {
    return this.quota.keep(() => this.removed(found), [this.db.outbox]);
  }

  /** With what follows from it for the rest. False when there is no such entry. */
  private *removed(found: Found): Steps<boolean> {
    const { outbox } = this.db;
    const entry = yield* step(found.first());
    if (entry === undefined) return false;
    const others = (yield* step(this.pending())).filter(({ order }) => order !== entry.order);
    const left = (kindOf(entry.command).without?.(entry.command, others) ?? others) as OutboxEntry[];
    const kept = new Set(left.map(({ order }) => order));
    const gone = others.filter(({ order }) => !kept.has(order));
    yield* step(outbox.bulkDelete([entry, ...gone].map(({ order }) => order)));
    yield* step(outbox.bulkPut(left.filter((each) => !others.includes(each))));
    return true;
  }

  private update(order: number, changes: Partial<OutboxEntry>): Promise<unknown> {
    return this.quota.write(() => step(this.db.outbox.update(order, changes)), [this.db.outbox]);
  }
}

export function acksIn(events: readonly ChangeEvent[]): Ack[] {
  return events.flatMap(({ op_id, entity_id }) => (op_id ? [{ op_id, entity_id }] : []));
}

/** That a question gave its conversation a title must not hide the question until its own event is here. */
function confirms({ op_id, entity_id }: Ack, entry: OutboxEntry): boolean {
  return op_id === entry.op_id && (entity_id === undefined || entity_id === subjectOf(entry.command));
}

function markQueued(entry: OutboxEntry): void {
  entry.state = 'queued';
  delete entry.problem;
}
