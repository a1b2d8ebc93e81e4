import { liveQuery, type Subscription } from 'dexie';
import type { Clock } from './clock';
import { type OutboxEntry, subjectOf } from './commands';
import { debug } from './debug';
import type { Entities } from './entities';
import { type ApiError, asApiError, assertNever } from './errors';
import type { Leadership } from './leader';
import { heads, retryDelayMs, type Verdict } from './policy';
import { STORAGE_FULL } from './room';
import { Value } from './signal';
import type { Store } from './store';
import { waitsForReply } from './turns';
import type { Decision, Failure } from './types';

const LANES_AT_ONCE = 4;

export interface OutboxOptions {
  store: Store;
  leadership: Leadership;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** Does one operation on the server and returns the rows that prove it. Throws `ApiError`. */
  perform: (entry: OutboxEntry) => Promise<Entities>;
  /** What becomes of an operation that failed. */
  verdict: Verdict;
  /** The effect is on the server, and stored here. */
  done: (entry: OutboxEntry) => void;
  /** In these conversations something waits for the end of a reply. */
  awaits: (conversationIds: ReadonlySet<string>) => void;
}

/**
 * Sends what people did, in order per conversation, until the server has it. Entries are durable before they get here;
 * whichever tab leads sends them. Nothing is dropped: what the server refuses waits for a decision.
 */
export class Outbox {
  /** Why the last attempt failed, while that is so. */
  readonly problem = new Value<Failure | undefined>(undefined);
  private readonly busy = new Set<string>();
  private readonly waits = new Map<string, { attempts: number; until: number }>();
  private watching: Subscription | undefined;
  private cancelTimer: () => void = () => {};
  private entries: OutboxEntry[] = [];
  /** Whose turn has come, of those that wait for a reply. */
  private due: ReadonlySet<number> = new Set();

  constructor(private readonly options: OutboxOptions) {}

  start(): void {
    const { store, leadership } = this.options;
    leadership.start(() => this.pump());
    this.watching = liveQuery(() => store.queue.pendingAndDue()).subscribe(({ entries, due }) => {
      this.entries = entries;
      this.due = due;
      this.pump();
    });
  }

  stop(): void {
    this.watching?.unsubscribe();
    this.watching = undefined;
    this.cancelTimer();
    this.options.leadership.stop();
  }

  /** The server answers again: do not wait any longer. */
  nudge(): void {
    this.waits.clear();
    this.pump();
  }

  async resolve(opId: string, decision: Decision): Promise<void> {
    const { queue, db } = this.options.store;
    switch (decision) {
      case 'retry':
        return queue.requeue(opId);
      case 'discard':
        return queue.discard(opId);
      case 'keep-theirs':
        return queue.putAside(opId);
      case 'keep-mine': {
        const refused = await db.outbox.where('op_id').equals(opId).first();
        const cached = refused && (await db.messages.get(subjectOf(refused.command)));
        const told = refused?.problem?.details?.current; // perhaps before its event is here
        const current = told && cached && told.rev > cached.rev ? told : cached;
        await queue.overwrite(opId, current?.rev);
        if (!current?.deleted_at) return;
        const { conversation_id, message_id } = current;
        await queue.add({ type: 'message.restore', conversation_id, message_id });
        return;
      }
      default:
        return assertNever(decision);
    }
  }

  isFree(lane: string): boolean {
    const isLeading = this.watching !== undefined && this.options.leadership.held();
    return isLeading && this.slots > 0 && !this.busy.has(lane) && this.waitOf(lane) <= this.options.clock.now();
  }

  /** Before the live query wakes all who read. */
  sendAtOnce(entry: OutboxEntry): void {
    if (!this.isFree(entry.lane)) return; // the live query was quicker
    if (!this.entries.some(({ order }) => order === entry.order)) this.entries = [...this.entries, entry];
    void this.attempt(entry, async () => entry);
  }

  private pump(): void {
    this.cancelTimer();
    if (this.watching === undefined || !this.options.leadership.held()) return;
    const now = this.options.clock.now();
    const waiting = this.entries.filter(waitsForReply);
    this.options.awaits(new Set(waiting.map(({ command }) => command.conversation_id)));
    const waits = (entry: OutboxEntry) => waitsForReply(entry) && !this.due.has(entry.order);
    const free = heads(this.entries, waits).filter(({ lane }) => !this.busy.has(lane));
    const ready = free.filter(({ lane }) => this.waitOf(lane) <= now);
    const { queue } = this.options.store;
    for (const entry of ready.slice(0, this.slots)) void this.attempt(entry, () => queue.take(entry.order));
    this.wakeAt(Math.min(...free.map(({ lane }) => this.waitOf(lane)).filter((until) => until > now)));
  }

  private get slots(): number {
    return LANES_AT_ONCE - this.busy.size;
  }

  private waitOf(lane: string): number {
    return this.waits.get(lane)?.until ?? 0;
  }

  private wakeAt(until: number): void {
    const { clock } = this.options;
    if (Number.isFinite(until)) this.cancelTimer = clock.after(until - clock.now(), () => this.pump());
  }

  /** The edge of a background task: whatever goes wrong is reported, and tried again. */
  private async attempt(entry: OutboxEntry, take: () => Promise<OutboxEntry | undefined>): Promise<void> {
    this.busy.add(entry.lane);
    try {
      this.remember(entry, await this.deliver(entry, await take()));
      this.due = await this.options.store.queue.due(this.entries);
    } catch (error) {
      if (this.watching !== undefined) this.postpone(entry, asApiError(error)); // the browser's database failed
    } finally {
      this.busy.delete(entry.lane);
      this.pump();
    }
  }

  /** What has become of it, without reading hundreds of others again: the live query does that when it comes to it. */
  private remember({ order }: OutboxEntry, state: OutboxEntry['state'] | 'gone'): void {
    this.entries = this.entries.flatMap((entry) => {
      if (entry.order !== order) return [entry];
      return state === 'gone' ? [] : [{ ...entry, state }];
    });
  }

  private async deliver({ order }: OutboxEntry, entry?: OutboxEntry): Promise<OutboxEntry['state'] | 'gone'> {
    const { store, perform, done } = this.options;
    if (entry === undefined) return (await store.db.outbox.get(order))?.state ?? 'gone'; // another tab was here
    const { op_id, lane, command } = entry;
    debug('outbox', 'sends', { op_id, lane, type: command.type });
    try {
      await store.put(await perform(entry), [op_id]);
    } catch (error) {
      return this.failed(entry, asApiError(error));
    }
    this.waits.delete(entry.lane);
    this.problem.set(undefined);
    debug('outbox', 'delivered', { op_id });
    done(entry);
    return 'gone';
  }

  private async failed(entry: OutboxEntry, error: ApiError): Promise<OutboxEntry['state'] | 'gone'> {
    const { queue } = this.options.store;
    const next = this.options.verdict(error);
    debug('outbox', next, { op_id: entry.op_id, code: error.code, status: error.status });
    if (next === 'retry') {
      this.postpone(entry, error);
      await queue.putBack(entry.order);
      return 'queued';
    }
    this.waits.delete(entry.lane);
    if (next === 'drop') await queue.discard(entry.op_id);
    else await queue.park(entry.order, { ...error.failure, details: error.details });
    return next === 'drop' ? 'gone' : 'attention';
  }

  private postpone(entry: OutboxEntry, error: ApiError): void {
    const attempts = (this.waits.get(entry.lane)?.attempts ?? 0) + 1;
    const until = this.options.clock.now() + retryDelayMs(attempts, this.options.random());
    this.waits.set(entry.lane, { attempts, until });
    if (error.code !== STORAGE_FULL) this.problem.set(error.failure); // the room says that itself, until it is over
  }
}
