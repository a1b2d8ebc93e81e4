import { liveQuery, type Subscription } from 'dexie';
import type { Clock } from './clock';
import { kindOf, type OutboxEntry, subjectOf } from './commands';
import { debug } from './debug';
import { type ApiError, asApiError, assertNever } from './errors';
import type { Leadership } from './leader';
import { OutboxReport } from './outbox-report';
import { type ClassifyError, nextRunnable, retryDelayMs } from './policy';
import { Value } from './signal';
import { STORAGE_FULL } from './storage-quota';
import type { Store } from './store';
import type { Transport } from './transport';
import { waitsForReply } from './turns';
import type { Decision, Failure } from './types';

const MAX_PARALLEL_QUEUES = 4;

export interface OutboxOptions {
  store: Store;
  transport: Transport;
  leadership: Leadership;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** What becomes of an operation that failed. */
  classifyError: ClassifyError;
  /** What has to be on the server before: done again, it has no further effect. */
  prepare?: (entry: OutboxEntry) => Promise<void>;
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
  /** Why what waits could not be sent at its last attempt: of the queue that failed last, while it has not got through. */
  readonly problem = new Value<Failure | undefined>(undefined);
  private readonly busy = new Set<string>();
  private readonly waits = new Map<string, { attempts: number; until: number }>();
  private readonly failures = new Map<string, Failure>();
  private watching: Subscription | undefined;
  private stopWatchingQuota: () => void = () => {};
  private cancelTimer: () => void = () => {};
  private entries: OutboxEntry[] = [];
  /** What waits for nothing but a reply, and whether its end is here. */
  private due: ReadonlyMap<number, boolean> = new Map();

  private readonly report: OutboxReport;

  constructor(private readonly options: OutboxOptions) {
    this.report = new OutboxReport(options.store.queue, options.transport, options.leadership, options.clock);
  }

  start(): void {
    const { store, leadership } = this.options;
    this.report.start();
    leadership.start(() => this.pump());
    this.watching = liveQuery(() => store.queue.pendingAndDue()).subscribe(({ entries, due }) => {
      this.entries = entries;
      this.due = due;
      this.tell();
      this.pump();
    });
    this.stopWatchingQuota = store.quota.isFull.subscribe(() => this.pump());
  }

  stop(): void {
    this.watching?.unsubscribe();
    this.watching = undefined;
    this.report.stop();
    this.stopWatchingQuota();
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
        return queue.keepConflict(opId);
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

  isFree(queueKey: string): boolean {
    const isLeading = this.watching !== undefined && this.options.leadership.held();
    return isLeading && this.slots > 0 && !this.busy.has(queueKey) && this.waitOf(queueKey) <= this.options.clock.now();
  }

  private pump(): void {
    this.cancelTimer();
    if (this.watching === undefined || !this.options.leadership.held()) return;
    const now = this.options.clock.now();
    const waiting = this.entries.filter(waitsForReply);
    this.options.awaits(new Set(waiting.map(({ command }) => command.conversation_id)));
    const waits = (entry: OutboxEntry) => waitsForReply(entry) && !this.isDue(entry);
    const free = nextRunnable(this.entries, waits).filter(({ queueKey }) => !this.busy.has(queueKey));
    const ready = free.filter(({ queueKey }) => this.waitOf(queueKey) <= now);
    const { queue } = this.options.store;
    for (const entry of ready) void this.send(entry, () => queue.take(entry.order));
    this.wakeAt(Math.min(...free.map(({ queueKey }) => this.waitOf(queueKey)).filter((until) => until > now)));
  }

  /** In a full browser nothing waits for replies, whose ends it cannot keep. */
  private isDue({ order }: OutboxEntry): boolean {
    const hasEnded = this.due.get(order);
    return hasEnded === false ? this.options.store.quota.isFull.get() : hasEnded === true;
  }

  private get slots(): number {
    return MAX_PARALLEL_QUEUES - this.busy.size;
  }

  private waitOf(queueKey: string): number {
    return this.waits.get(queueKey)?.until ?? 0;
  }

  private wakeAt(until: number): void {
    const { clock } = this.options;
    if (Number.isFinite(until)) this.cancelTimer = clock.after(until - clock.now(), () => this.pump());
  }

  /**
   * The edge of a background task: whatever goes wrong is reported, and tried again. What was marked as on its way when it
   * was written goes at once, before the live query wakes all who read.
   */
  async send(entry: OutboxEntry, take = async (): Promise<OutboxEntry | undefined> => entry): Promise<void> {
    if (!this.isFree(entry.queueKey)) return; // the live query was quicker, or no more may go at the same time
    this.busy.add(entry.queueKey);
    if (!this.entries.some(({ order }) => order === entry.order)) this.entries = [...this.entries, entry];
    try {
      this.remember(entry, await this.deliver(entry, await take()));
      const { entries } = this;
      const due = await this.options.store.queue.due(entries);
      if (this.entries === entries) this.due = due; // else who has brought the newer ones says what of them is due
    } catch (error) {
      if (this.watching !== undefined) this.postpone(entry, asApiError(error)); // the browser's database failed
    } finally {
      this.busy.delete(entry.queueKey);
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
    const { store, transport, prepare, done } = this.options;
    if (entry === undefined) return (await store.db.outbox.get(order))?.state ?? 'gone'; // another tab was here
    const { op_id, queueKey, command } = entry;
    debug('outbox', 'sends', { op_id, queueKey, type: command.type });
    try {
      await prepare?.(entry);
      await store.cache.put(await kindOf(command).perform(transport, command, op_id), [op_id]);
    } catch (error) {
      return this.failed(entry, asApiError(error));
    }
    this.settled(entry);
    debug('outbox', 'delivered', { op_id });
    done(entry);
    return 'gone';
  }

  private async failed(entry: OutboxEntry, error: ApiError): Promise<OutboxEntry['state'] | 'gone'> {
    const { queue } = this.options.store;
    const next = this.options.classifyError(error);
    debug('outbox', next, { op_id: entry.op_id, code: error.code, status: error.status });
    if (next === 'retry') {
      this.postpone(entry, error);
      await queue.putBack(entry.order);
      return 'queued';
    }
    this.settled(entry);
    if (next === 'drop') await queue.discard(entry.op_id);
    else await queue.reject(entry.order, { ...error.failure, details: error.details });
    return next === 'drop' ? 'gone' : 'rejected';
  }

  private postpone(entry: OutboxEntry, error: ApiError): void {
    const attempts = (this.waits.get(entry.queueKey)?.attempts ?? 0) + 1;
    const until = this.options.clock.now() + retryDelayMs(attempts, this.options.random());
    debug('outbox', 'waits', { queueKey: entry.queueKey, code: error.code, attempts });
    this.waits.set(entry.queueKey, { attempts, until });
    if (error.code === STORAGE_FULL) return; // the quota says that itself, until it is over
    this.failures.delete(entry.queueKey); // to become the last
    this.failures.set(entry.queueKey, error.failure);
    this.tell();
  }

  /** The server has answered what was asked of it in this queue. */
  private settled({ queueKey }: OutboxEntry): void {
    this.waits.delete(queueKey);
    this.failures.delete(queueKey);
    this.tell();
  }

  /** What has left the outbox in another way has no trouble any more. */
  private tell(): void {
    const waiting = new Set(this.entries.filter(({ state }) => state !== 'rejected').map(({ queueKey }) => queueKey));
    for (const queueKey of this.failures.keys()) if (!waiting.has(queueKey)) this.failures.delete(queueKey);
    this.problem.set([...this.failures.values()].at(-1));
  }
}
