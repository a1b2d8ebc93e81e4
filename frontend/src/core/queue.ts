import { v7 as uuid } from 'uuid';
import {
  beginsConversation,
  type Command,
  type CommandOf,
  conversationScope,
  isUnseen,
  LOCRITS,
  type LocritDb,
  laneOf,
  locritOf,
  type OutboxEntry,
  subjectOf,
  type TurnPlace,
} from './db';
import { canBeAmended, notMade, withChanges } from './locrits';
import { needsAllBefore } from './policy';
import type { Room } from './room';
import { byMessage, due, isAsking, placeOf, unanswered, waitsForReply } from './turns';
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
  express: Express = { isFree: () => false, send: () => {} };

  constructor(
    private readonly db: LocritDb,
    private readonly room: Room,
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
    const lane = laneOf(command);
    const { outbox } = this.db;
    const waits = command.type === 'message.send' && command.follows !== undefined;
    const before = needsAllBefore({ command }) ? outbox : outbox.where('lane').anyOf(lane, LOCRITS);
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

  /** Changes a message that the server cannot have, or an edit that it refused; false when there is none. */
  async rewrite(messageId: string, content: string): Promise<boolean> {
    const rewrite = (entry: OutboxEntry) => {
      if ('content' in entry.command) entry.command.content = content;
      entry.op_id = uuid(); // the old one may be known to stand for the old text
      unpark(entry);
    };
    const found = () => this.db.outbox.filter((entry) => canBeRewritten(entry, messageId));
    return (await this.room.keep(() => found().modify(rewrite))) > 0;
  }

  /** Changes a Locrit where its creation waits, or an edit, that the server cannot have; undefined when there is none. */
  amend(locritId: string, command: CommandOf<'locrit.edit'>): Promise<string | undefined> {
    const { outbox } = this.db;
    const op_id = uuid(); // the old one may be known to stand for the old fields
    const amend = async () => {
      const entry = (await this.lane(LOCRITS)).find((each) => canBeAmended(each, locritId));
      if (entry === undefined) return undefined;
      const amended = { ...entry, op_id, tried: false, command: withChanges(entry.command, command) };
      unpark(amended);
      await outbox.put(amended);
      if (amended.command.type === 'locrit.create') await this.callBy(locritId, amended.command.fields.name);
      return op_id;
    };
    return this.room.keep(() => this.db.transaction('rw', outbox, amend));
  }

  /** What waits for a Locrit that is still to be created calls it as it will be called. */
  private async callBy(locritId: string, name: string): Promise<void> {
    await this.about(locritId).modify(({ command }) => {
      if ('locrit_name' in command) command.locrit_name = name;
    });
  }

  private about(locritId: string) {
    return this.db.outbox.filter(({ command }) => locritOf(command) === locritId);
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

  /** What was to follow the message takes its place. False when there is no such entry. */
  private remove(found: { first(): PromiseLike<OutboxEntry | undefined> }): Promise<boolean> {
    const remove = async () => {
      const entry = await found.first();
      if (entry === undefined) return false;
      await this.db.outbox.delete(entry.order);
      const { command, lane } = entry;
      const rest = this.db.outbox.where('lane').equals(lane);
      if (command.type === 'message.send') await rest.modify((next) => moveUp(next.command, command));
      if (isAsking(entry) && entry.command.begins) await this.beginWithNext(lane);
      if (command.type === 'locrit.create') await this.leaveBehind(command);
      return true;
    };
    return this.room.keep(() => this.db.transaction('rw', this.db.outbox, remove));
  }

  /**
   * What was to change a Locrit that there will not be goes with it. What was said to it is kept: it waits for a decision,
   * and goes by the name from now on, which another one may take.
   */
  private async leaveBehind({ locrit_id, fields }: CommandOf<'locrit.create'>): Promise<void> {
    await this.about(locrit_id)
      .and(({ lane }) => lane === LOCRITS)
      .delete();
    await this.about(locrit_id).modify((entry) => {
      if (isAsking(entry)) delete entry.command.locrit_id;
      if (beginsConversation(entry.command))
        Object.assign(entry, { state: 'attention', problem: notMade(fields.name) });
    });
  }

  /** A conversation whose first question is taken back begins with the next one; without one there is none to change. */
  private async beginWithNext(lane: string): Promise<void> {
    const rest = await this.lane(lane);
    const next = rest.find(isAsking);
    if (next === undefined) await this.db.outbox.bulkDelete(rest.map(({ order }) => order));
    else await this.db.outbox.put({ ...next, command: { ...next.command, begins: true } });
  }
}

export function proofsIn(events: readonly ChangeEvent[]): Proof[] {
  return events.flatMap(({ op_id, entity_id }) => (op_id ? [{ op_id, entity_id }] : []));
}

/** That a question gave its conversation a title must not hide the question until its own event is here. */
function proves({ op_id, entity_id }: Proof, entry: OutboxEntry): boolean {
  return op_id === entry.op_id && (entity_id === undefined || entity_id === subjectOf(entry.command));
}

function moveUp(next: Command, { message_id, instead_of, parent_id, follows }: CommandOf<'message.send'>): void {
  if (next.type !== 'message.send') return;
  if (next.follows === message_id) {
    delete next.follows;
    if (follows !== undefined) next.follows = follows;
  }
  if (next.parent_id !== message_id) return;
  delete next.parent_id;
  if (instead_of !== undefined) next.instead_of = instead_of;
  else if (parent_id !== undefined) next.parent_id = parent_id;
}

function canBeRewritten(entry: OutboxEntry, messageId: string): boolean {
  const { command, state } = entry;
  if (command.type === 'message.send') return command.message_id === messageId && isUnseen(entry);
  return command.type === 'message.edit' && command.message_id === messageId && state === 'attention';
}

function unpark(entry: OutboxEntry): void {
  entry.state = 'queued';
  delete entry.problem;
}
