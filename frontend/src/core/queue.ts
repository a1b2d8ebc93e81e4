import { v7 as uuid } from 'uuid';
import { type About, type Command, crossesQueues, kindOf, type OutboxEntry, queueKey, subjectOf } from './commands';
import { conversationScope } from './commands/conversations';
import { isUnseen } from './commands/kind';
import { LOCRITS } from './commands/locrits';
import type { TurnPlace } from './commands/send';
import type { LocritDb } from './db';
import type { Room } from './room';
import { byMessage, due, placeOf, unanswered, waitsForReply } from './turns';
import type { ChangeEvent } from './types';

/** That an operation was done; of an event it is known what it is about. */
export interface Proof {
  op_id: string;
  entity_id?: string;
}

/** Who sends at once what is added to an idle lane. */
export interface Express {
  isFree(lane: string): boolean;
  /** The entry is durable, and marked as on its way. */
  send(entry: OutboxEntry): void;
}

const QUEUED = { state: 'queued' as const };
/** The server may have it from now on. */
const SENDING = { state: 'sending' as const, tried: true };

/** The outbox's rows. What is added here is durable, and leaves only when the server has it or a person discards it. */
export class Queue {
  constructor(
    private readonly db: LocritDb,
    private readonly room: Room,
    private readonly express: Express,
  ) {}

  /** Of all lanes, in the order in which they were added. */
  pending(): Promise<OutboxEntry[]> {
    return this.db.outbox.orderBy('order').toArray();
  }

  lane(lane: string): Promise<OutboxEntry[]> {
    return this.db.outbox.where('lane').equals(lane).sortBy('order');
  }

  /** What is to be sent, and the orders of those whose turn has come of all that wait for a reply. */
  async pendingAndDue(): Promise<{ entries: OutboxEntry[]; due: Set<number> }> {
    const entries = await this.pending(); // first: what leaves the outbox meanwhile still counts as waited for
    return { entries, due: await this.due(entries) };
  }

  due(entries: readonly OutboxEntry[]): Promise<Set<number>> {
    return due(this.db, entries);
  }

  /** What a question asked here now has to wait for, if anything. */
  async unanswered(conversationId: string, place: TurnPlace): Promise<string | undefined> {
    return unanswered(this.db, conversationId, await this.lane(conversationScope(conversationId)), place);
  }

  /**
   * First in an idle lane it is on its way with the same write; behind what it may depend on it waits for its turn.
   * Returns the operation's id.
   */
  async add(command: Command): Promise<string> {
    const lane = queueKey(command);
    const { outbox } = this.db;
    const waits = command.type === 'message.send' && command.follows !== undefined;
    const before = crossesQueues(command) ? outbox : outbox.where('lane').anyOf(lane, LOCRITS);
    const entry = { op_id: uuid(), lane, created_at: new Date().toISOString(), command };
    const add = async (signal: AbortSignal): Promise<OutboxEntry> => {
      signal.throwIfAborted();
      const goes = this.express.isFree(lane) && !waits && (await before.count()) === 0;
      const marked = { ...entry, ...(goes ? SENDING : QUEUED) };
      return { ...marked, order: await outbox.add({ ...marked }) };
    };
    const added = await this.room.keep((signal) => this.db.transaction('rw', outbox, () => add(signal)));
    if (added.state === 'sending') this.express.send(added);
    return entry.op_id;
  }

  /**
   * The entry as it is now, marked as on its way; undefined when it is done, discarded or parked meanwhile, or waits for a
   * reply. A full browser has no room for the mark, and it goes without: only what leaves makes room.
   */
  take(order: number): Promise<OutboxEntry | undefined> {
    const { outbox, messages } = this.db;
    const take = async () => {
      const entry = await this.ready(order);
      if (entry === undefined) return undefined;
      const taken = { ...entry, ...SENDING };
      await outbox.put(taken);
      return taken;
    };
    return this.room.writeOr(
      () => this.db.transaction('rw', [outbox, messages], take),
      () => this.ready(order),
    );
  }

  /** What has waited for a reply now has its place after it, and keeps that however often it is sent. */
  private async ready(order: number): Promise<OutboxEntry | undefined> {
    const entry = await this.db.outbox.get(order);
    if (entry === undefined || entry.state === 'attention') return undefined;
    if (!waitsForReply(entry)) return entry;
    const place = await placeOf(this.db, entry, byMessage(await this.lane(entry.lane)));
    if (place === undefined) return undefined;
    const { follows: _, ...command } = entry.command;
    return { ...entry, command: { ...command, ...place } };
  }

  /** It did not get through, and waits for its next turn. An entry that is gone meanwhile stays gone. */
  async putBack(order: number): Promise<void> {
    await this.room.write(() => this.db.outbox.update(order, QUEUED));
  }

  async park(order: number, problem: OutboxEntry['problem']): Promise<void> {
    await this.room.write(() => this.db.outbox.update(order, { state: 'attention', problem }));
  }

  /**
   * Puts a command into one that waits, or was refused, where the server has nothing of that: both go as one. Returns the
   * operation's id, undefined when there is no such one.
   */
  absorb(later: About): Promise<string | undefined> {
    const op_id = uuid(); // the old one may be known to stand for what it was
    const absorb = async () => {
      for (const entry of await this.pending()) {
        const command = kindOf(entry.command).absorb?.(entry, later);
        if (command === undefined) continue;
        const { problem: _, ...rest } = entry;
        await this.db.outbox.put({ ...rest, op_id, command, ...QUEUED, tried: false });
        return op_id;
      }
      return undefined;
    };
    return this.room.keep(() => this.db.transaction('rw', this.db.outbox, absorb));
  }

  /** An edit that lost goes over the text that it lost against. `rev` is the one that is cached now. */
  async overwrite(opId: string, rev = 0): Promise<void> {
    await this.refused(opId, (entry) => {
      if (entry.command.type !== 'message.edit') return;
      entry.command.rev = Math.max(rev, entry.problem?.details?.current?.rev ?? 0, entry.command.rev);
      unpark(entry);
    });
  }

  /** An edit that lost becomes a version of the text that it lost against. */
  async putAside(opId: string): Promise<void> {
    await this.refused(opId, (entry) => {
      if (entry.command.type !== 'message.edit') return;
      const { conversation_id, message_id, content } = entry.command;
      entry.command = { type: 'message.aside', conversation_id, message_id, content };
      entry.op_id = uuid();
      unpark(entry);
    });
  }

  /** Removes what was done, and returns it. */
  async settle(proofs: readonly Proof[]): Promise<OutboxEntry[]> {
    if (proofs.length === 0) return [];
    const ids = proofs.map(({ op_id }) => op_id);
    const known = await this.db.outbox.where('op_id').anyOf(ids).toArray();
    const done = known.filter((entry) => proofs.some((proof) => proves(proof, entry)));
    if (done.length > 0) await this.db.outbox.bulkDelete(done.map(({ order }) => order));
    return done;
  }

  async requeue(opId: string): Promise<void> {
    await this.room.keep(() => this.db.outbox.where('op_id').equals(opId).modify(unpark));
  }

  async discard(opId: string): Promise<void> {
    await this.remove(this.db.outbox.where('op_id').equals(opId));
  }

  private async refused(opId: string, change: (entry: OutboxEntry) => void): Promise<void> {
    const entries = this.db.outbox.where('op_id').equals(opId);
    await this.room.keep(() => entries.and((entry) => entry.state === 'attention').modify(change));
  }

  /** False when it was sent meanwhile. */
  discardUnseen(order: number): Promise<boolean> {
    return this.remove(this.db.outbox.where('order').equals(order).and(isUnseen));
  }

  /** With what follows from it for the rest. False when there is no such entry. */
  private remove(found: { first(): PromiseLike<OutboxEntry | undefined> }): Promise<boolean> {
    const { outbox } = this.db;
    const remove = async () => {
      const entry = await found.first();
      if (entry === undefined) return false;
      const others = (await this.pending()).filter(({ order }) => order !== entry.order);
      const left = (kindOf(entry.command).without?.(entry.command, others) ?? others) as OutboxEntry[];
      const kept = new Set(left.map(({ order }) => order));
      const gone = others.filter(({ order }) => !kept.has(order));
      await outbox.bulkDelete([entry, ...gone].map(({ order }) => order));
      await outbox.bulkPut(left.filter((each) => !others.includes(each)));
      return true;
    };
    return this.room.keep(() => this.db.transaction('rw', outbox, remove));
  }
}

export function proofsIn(events: readonly ChangeEvent[]): Proof[] {
  return events.flatMap(({ op_id, entity_id }) => (op_id ? [{ op_id, entity_id }] : []));
}

/** That a question gave its conversation a title must not hide the question until its own event is here. */
function proves({ op_id, entity_id }: Proof, entry: OutboxEntry): boolean {
  return op_id === entry.op_id && (entity_id === undefined || entity_id === subjectOf(entry.command));
}

function unpark(entry: OutboxEntry): void {
  entry.state = 'queued';
  delete entry.problem;
}
