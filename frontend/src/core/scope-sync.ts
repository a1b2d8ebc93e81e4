import { fingerprintOf } from './cache';
import { conversationScope } from './commands/conversations';
import { debug } from './debug';
import { reupload } from './reupload';
import type { Store } from './store';
import type { Transport } from './transport';
import type { ChangeEvent } from './types';

/** More than this many missed events are not replayed: a snapshot is quicker. */
const REPLAY_LIMIT = 2_000;
/** As many as the server gives in one answer. */
const AT_ONCE = 1_000;

export interface Missed {
  head_seq: number;
  events: ChangeEvent[];
  more: boolean;
}

/** Where a scope's state and its events come from. */
export interface Source {
  readonly scope: string;
  /** False while it waits in the outbox: the server cannot know it yet. */
  exists(): Promise<boolean>;
  /**
   * Loads a state of the server and where it stands in the scope's sequence. `isRolledBack`: its history is not the one that
   * it told, because it was rolled back to an older copy of its data.
   */
  snapshot(isRolledBack?: boolean): Promise<void>;
  /** REST: what happened after `since`. */
  missed(since: number): Promise<Missed>;
}

/** Keeps one scope's rows equal to the server's: a snapshot once, then every event in order, without gaps. */
export class ScopeSync {
  private last: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;
  private closed = false;
  /** Counts those on which events may come, and which of them has the subscription. */
  private connection = 0;
  private subscribedOn: number | undefined;

  constructor(
    private readonly source: Source,
    private readonly store: Store,
    private readonly transport: Transport,
    /** Called when the scope is in sync with the server. */
    private readonly caughtUp: () => Promise<void>,
  ) {}

  /** Applies an event, and asks for those that are missing before it; also where what is here may be of another history. */
  receive(event: ChangeEvent): Promise<void> {
    return this.inOrder(async () => {
      if (!this.isSubscribed || (await this.store.cache.apply(this.source.scope, [event]))) await this.replay();
    });
  }

  /**
   * Subscribes, and brings the scope up to date. Throws `ApiError` when the server cannot be asked. Whoever asks while one
   * waits for its turn has the same.
   */
  catchUp(): Promise<void> {
    this.waiting ??= this.inOrder(async () => {
      this.waiting = undefined;
      await this.askAgain();
    });
    return this.waiting;
  }

  /** As `catchUp`, unless by then events come by themselves to what is cached. */
  follow(): Promise<void> {
    return this.inOrder(async () => {
      if (!this.isSubscribed || (await this.store.cursor(this.source.scope)) === undefined) await this.askAgain();
    });
  }

  private async askAgain(): Promise<void> {
    if (!(await this.source.exists())) return; // asked again when the outbox has delivered it
    await this.replay();
    await this.caughtUp();
  }

  /** Events come without a gap. */
  private get isSubscribed(): boolean {
    return this.subscribedOn === this.connection && this.transport.connected;
  }

  /** It is another connection, or one on which something may have been lost. */
  interrupt(): void {
    this.connection += 1;
  }

  close(): void {
    this.closed = true;
    if (this.transport.connected) {
      this.transport.request('unsubscribe', { scope: this.source.scope }).catch(() => {}); // a hint, no more
    }
  }

  private inOrder(task: () => Promise<void>): Promise<void> {
    const next = this.last.then(() => (this.closed ? undefined : task()));
    this.last = next.catch(() => {});
    return next;
  }

  private async replay(): Promise<void> {
    if (this.closed) return;
    try {
      await this.bringUpToDate();
    } catch (error) {
      this.subscribedOn = undefined; // what is here may be of another history, half set right
      throw error;
    }
  }

  private async bringUpToDate(): Promise<void> {
    const { scope } = this.source;
    if ((await this.store.cursor(scope)) === undefined) await this.source.snapshot();
    const { seq = 0, fingerprint } = (await this.store.cursor(scope)) ?? {};
    const first = await this.ask(this.isSubscribed ? seq : Math.max(seq - 1, 0)); // to see that the last one is the same
    debug('sync', 'catches up', { scope, seq, head_seq: first.head_seq });
    const again = first.events.find((event) => event.seq === seq);
    const isRolledBack =
      first.head_seq < seq ||
      (fingerprint !== undefined && again !== undefined && fingerprintOf(again) !== fingerprint);
    if (isRolledBack || first.head_seq > seq + REPLAY_LIMIT) {
      debug('sync', 'starts over from a snapshot', { scope, isRolledBack });
      await this.source.snapshot(isRolledBack);
    }
    let since = await this.reached();
    for (let page = first; ; page = await this.source.missed(since)) {
      await this.store.cache.apply(scope, page.events);
      const reached = await this.reached();
      if (!page.more || reached === since) return;
      since = reached;
    }
  }

  private async reached(): Promise<number> {
    return (await this.store.cursor(this.source.scope))?.seq ?? 0;
  }

  /** By socket the answer and the live events after it come without a gap between them. */
  private async ask(since: number): Promise<Missed> {
    const { scope } = this.source;
    if (!this.transport.connected) return this.source.missed(since);
    const { connection } = this;
    const missed = await this.transport.request('subscribe', { scope, since });
    this.subscribedOn = connection;
    return missed;
  }
}

export class ConversationSource implements Source {
  readonly scope: string;

  constructor(
    private readonly id: string,
    private readonly store: Store,
    private readonly transport: Transport,
  ) {
    this.scope = conversationScope(id);
  }

  async exists(): Promise<boolean> {
    return !(await this.store.views.conversation(this.id))?.local;
  }

  async snapshot(isRolledBack = false): Promise<void> {
    if (isRolledBack) await reupload(this.store, this.transport, this.id);
    const path = { conversation_id: this.id };
    const { api } = this.transport;
    const [conversation, page] = await Promise.all([
      api.get('/api/v2/conversations/{conversation_id}', { params: { path } }),
      api.get('/api/v2/conversations/{conversation_id}/messages', {
        params: { path, query: { include_deleted: true } },
      }),
    ]);
    await this.store.cache.startAt(conversation, page);
  }

  missed(since: number): Promise<Missed> {
    const params = { path: { conversation_id: this.id }, query: { since, limit: AT_ONCE } };
    return this.transport.api.get('/api/v2/conversations/{conversation_id}/events', { params });
  }
}

/** The lists of Locrits and conversations. They are loaded after the place in the sequence is known, never before. */
export class UserSource implements Source {
  constructor(
    readonly scope: string,
    private readonly store: Store,
    private readonly transport: Transport,
    private readonly lists: (isRolledBack: boolean) => Promise<void>,
  ) {}

  exists = async () => true;

  async snapshot(isRolledBack = false): Promise<void> {
    const { head_seq, events } = await this.missed(0, 1);
    const historyId = events[0]?.entity_id;
    const before = await this.store.cursor(this.scope);
    const isSameServer = historyId !== undefined && historyId === before?.historyId;
    await this.lists(isRolledBack && isSameServer);
    if (before !== undefined) await this.store.cache.dropOutdated(isRolledBack && isSameServer);
    await this.store.cache.reset({ scope: this.scope, seq: head_seq, historyId }); // last: what fails before is done again
  }

  missed(since: number, limit = AT_ONCE): Promise<Missed> {
    return this.transport.api.get('/api/v2/users/me/events', { params: { query: { since, limit } } });
  }
}
