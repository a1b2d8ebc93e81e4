import type { Clock } from './clock';
import type { LocritDb } from './db';
import { debug } from './debug';
import { step } from './steps';

// Not broadcast-channel (6 kB): it never takes a lock from a tab that is frozen, and without locks two tabs can lead at once.
/** One tab of the browser leads at a time. `held()` is asked before each act; `changed` is called when it may have turned true. */
export interface Leadership {
  start(changed: () => void): void;
  held(): boolean;
  stop(): void;
}

interface Lease {
  owner: string;
  until: number;
}

const KEY = 'lease:outbox';
const LEASE_MS = 6_000;
const RENEW_MS = 2_000;

/** Web Locks where the browser has them (not on plain http in a LAN), else a lease in IndexedDB. */
export function leadership(db: LocritDb, owner: string, clock: Clock): Leadership {
  const locks = globalThis.navigator?.locks;
  return locks ? new LockLeadership(locks, db, clock) : new LeaseLeadership(db, owner, clock);
}

const BEAT_KEY = 'beat:outbox';
const BEAT_MS = 2_000;
const SILENCE_MS = 10_000;
const ANSWER_MS = 1_000;

/**
 * The browser frees the lock of a tab that is closed, not of one that it has frozen. So whoever leads leaves a sign of
 * life in IndexedDB; when that stays away, and nobody answers when asked, another tab takes the lock.
 */
export class LockLeadership implements Leadership {
  private readonly name: string;
  private readonly voice: BroadcastChannel | undefined;
  private changed: () => void = () => {};
  private waiting = new AbortController();
  private release: (() => void) | undefined;
  private stopped = false;
  private answered = false;
  private beat = { value: undefined as unknown, seenAt: 0 };
  private cancel: () => void = () => {};

  constructor(
    private readonly locks: Pick<LockManager, 'request'>,
    private readonly db: LocritDb,
    private readonly clock: Clock,
  ) {
    this.name = `${db.name}:outbox`;
    this.voice = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(this.name);
    this.voice?.addEventListener('message', ({ data }) => this.hear(data));
  }

  start(changed: () => void): void {
    this.changed = changed;
    this.beat.seenAt = this.clock.now();
    this.request();
    this.again();
  }

  held(): boolean {
    return this.release !== undefined;
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
    this.voice?.close();
    this.waiting.abort();
    this.release?.();
    this.release = undefined;
  }

  private request(steal = false): void {
    this.waiting.abort();
    const waiting = new AbortController();
    this.waiting = waiting;
    const options = steal ? { steal } : { signal: waiting.signal };
    this.locks
      .request(this.name, options, () => this.lead())
      .catch((error: unknown) => {
        if (this.stopped || this.waiting !== waiting) return; // nobody waits for this one any more
        this.release = undefined; // another tab took it while this one was frozen
        if ((error as Error).name !== 'AbortError') throw error;
        this.request();
      });
  }

  private lead(): Promise<void> {
    const released = new Promise<void>((resolve) => {
      this.release = resolve;
    });
    if (this.stopped) return Promise.resolve();
    this.changed();
    return released;
  }

  private again(): void {
    if (!this.stopped) this.cancel = this.clock.after(BEAT_MS, () => void this.turn());
  }

  /** The edge of a background task: without the database there is nothing to send either. */
  private async turn(): Promise<void> {
    try {
      if (this.held()) await this.db.meta.put({ key: BEAT_KEY, value: this.clock.now() });
      else await this.look();
    } catch (error) {
      if (!this.stopped) console.warn('The sign of life of the outbox could not be read or written.', error);
    }
    this.again();
  }

  private async look(): Promise<void> {
    const value = (await this.db.meta.get(BEAT_KEY))?.value;
    if (value !== this.beat.value) this.beat = { value, seenAt: this.clock.now() };
    if (this.clock.now() - this.beat.seenAt < SILENCE_MS) return;
    this.beat.seenAt = this.clock.now(); // the next look is not sooner than this one was
    this.answered = false;
    this.voice?.postMessage('who leads?');
    this.clock.after(ANSWER_MS, () => {
      if (this.answered || this.stopped || this.held()) return;
      debug('leader', 'takes over from a tab that gives no sign of life');
      this.request(true);
    });
  }

  /** A tab in the background may be too slow to leave signs of life, and still be awake. */
  private hear(said: unknown): void {
    if (said === 'I do') this.answered = true;
    else if (this.held()) this.voice?.postMessage('I do');
  }
}

/** A tab that dies without a word is replaced when its lease has run out. */
export class LeaseLeadership implements Leadership {
  private until = 0;
  private stopped = false;
  private cancel: () => void = () => {};

  constructor(
    private readonly db: LocritDb,
    private readonly owner: string,
    private readonly clock: Clock,
  ) {}

  start(changed: () => void): void {
    void this.keep(changed);
  }

  held(): boolean {
    return !this.stopped && this.clock.now() < this.until;
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
    if (this.until > 0) this.giveUp().catch(() => {}); // it runs out by itself
  }

  private async keep(changed: () => void): Promise<void> {
    const before = this.held();
    try {
      this.until = (await this.claim()) ?? 0;
    } catch (error) {
      this.until = 0; // the database is busy or closed: another tab may lead
      console.warn('The outbox lease could not be renewed.', error);
    }
    if (this.stopped) return;
    if (!before && this.held()) changed();
    this.cancel = this.clock.after(RENEW_MS, () => void this.keep(changed));
  }

  private claim(): Promise<number | undefined> {
    const [{ db, owner }, now] = [this, this.clock.now()];
    return db.transaction('rw', [db.meta], function* () {
      const lease = (yield* step(db.meta.get(KEY)))?.value as Lease | undefined;
      // A lease further ahead than any can be comes from a clock that was set back.
      const free = lease === undefined || lease.until <= now || lease.until > now + LEASE_MS;
      if (!free && lease.owner !== owner) return undefined;
      yield* step(db.meta.put({ key: KEY, value: { owner, until: now + LEASE_MS } satisfies Lease }));
      return now + LEASE_MS;
    });
  }

  private async giveUp(): Promise<void> {
    const { db, owner } = this;
    await db.transaction('rw', [db.meta], function* () {
      const lease = (yield* step(db.meta.get(KEY)))?.value as Lease | undefined;
      if (lease?.owner === owner) yield* step(db.meta.delete(KEY));
    });
  }
}
