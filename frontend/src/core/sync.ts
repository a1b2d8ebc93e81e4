import type { Clock } from './clock';
import { conversationScope } from './commands/conversations';
import { debug } from './debug';
import { rowIn } from './entities';
import { asApiError, inBackground } from './errors';
import type { Jobs } from './jobs';
import { LiveReplies } from './live';
import type { Models } from './models';
import type { Outbox } from './outbox';
import { ConversationSource, ScopeSync, UserSource } from './scope-sync';
import { Value } from './signal';
import type { Store } from './store';
import { isMissing, type Listener, type Transport } from './transport';
import type { ChangeEvent } from './types';

const RETRY_MS = 3_000;
const LATE_MS = 1_000;
/** A turn tells of its conversation several times: it is asked for once. */
const ACTIVITY_MS = 200;
const USER = 'user';

export interface SyncOptions {
  store: Store;
  transport: Transport;
  clock: Clock;
  outbox: Outbox;
  /** Loads the lists that have no sequence of their own. */
  lists: (isRolledBack: boolean) => Promise<void>;
  models: Models;
  jobs: Jobs;
}

/** Keeps what is open in sync with the server: on connecting, on each event, on a gap, when the tab wakes. */
export class Sync {
  readonly live: LiveReplies;
  readonly invited = new Value(0);
  readonly news = new Value(0);
  private readonly scopes = new Map<string, { sync: ScopeSync; readers: number; onScreen: number }>();
  private readonly awaited = new Map<string, () => void>();
  /** The conversations that are about to be asked for. */
  private readonly active = new Set<string>();
  private userScope: string | undefined;

  constructor(private readonly options: SyncOptions) {
    const { clock, store } = options;
    this.live = new LiveReplies({
      clock,
      resume: (generation_id) => this.resume(generation_id),
      checkpoint: (messageId, body, idx) => inBackground(store.cache.checkpoint(messageId, body, idx)),
    });
  }

  readonly listener: Listener = {
    connected: ({ user_id }) => this.connected(`${USER}:${user_id}`),
    event: (event) => this.receive(event),
    chat_chunk: (chunk) => this.live.chunk(chunk),
    chat_asked: (asked) => this.live.asked(asked),
    chat_saved: (saved) => this.live.saved(saved),
    chat_complete: ({ conversation_id, message_id }) => this.expectEnd(conversation_id, message_id),
    conversation_activity: ({ conversation_id }) => {
      this.told();
      this.refreshSoon(conversation_id);
    },
    model_state: (state) => inBackground(this.options.models.state(state)),
    model_pull: (pull) => inBackground(this.options.models.pull(pull)),
    job_progress: (job) => this.options.jobs.tell(job),
    invitations_changed: () => this.othersInvited(),
  };

  /** Keeps the conversation in sync until the returned function is called; several readers share that. */
  open(conversationId: string, onScreen = true): () => void {
    const scope = conversationScope(conversationId);
    const source = new ConversationSource(conversationId, this.options.store, this.options.transport);
    const caughtUp = () => this.caughtUp(conversationId);
    const open = this.scopes.get(scope) ?? { sync: this.syncOf(source, caughtUp), readers: 0, onScreen: 0 };
    open.readers += 1;
    if (onScreen) open.onScreen += 1;
    this.scopes.set(scope, open);
    if (open.readers === 1) this.catchUp(scope);
    return once(() => this.leave(scope, onScreen));
  }

  /** A conversation that was never opened in this browser begins with its newest page. */
  async begin(conversationId: string): Promise<void> {
    const { store, transport } = this.options;
    if ((await store.cursor(conversationScope(conversationId))) !== undefined) return;
    await new ConversationSource(conversationId, store, transport).snapshot();
  }

  /** What waits for the end of a reply has to hear of it, whatever is on the screen: these conversations, and no others. */
  awaits(conversationIds: ReadonlySet<string>): void {
    for (const [id, close] of this.awaited) {
      if (conversationIds.has(id)) continue;
      this.awaited.delete(id);
      close();
    }
    for (const id of conversationIds) if (!this.awaited.has(id)) this.awaited.set(id, this.open(id, false));
  }

  /** What the outbox has just brought to the server may be something that an open conversation was waiting for. */
  delivered(conversationId: string): void {
    this.catchUp(conversationScope(conversationId), (sync) => sync.follow());
  }

  /** The tab was asleep or the network changed: whatever was missed is asked for. */
  wake(): void {
    inBackground(this.options.store.revive());
    if (!this.options.transport.connected) this.options.transport.reconnect();
    else this.catchUpAll();
  }

  isOpen(conversationId: string): boolean {
    return this.scopes.has(conversationScope(conversationId));
  }

  stop(): void {
    const open = [...this.scopes.values()];
    this.scopes.clear();
    for (const { sync } of open) sync.close();
  }

  /** By requests, as long as the socket does not get through. */
  polled(userScope: string, isFirst: boolean): void {
    if (isFirst) this.connected(userScope);
    else {
      this.told();
      this.catchUpAll();
      inBackground(this.options.models.polled());
    }
  }

  private connected(userScope: string): void {
    if (this.userScope !== userScope) {
      this.userScope = userScope;
      const { store, transport, lists } = this.options;
      const source = new UserSource(userScope, store, transport, lists);
      this.scopes.set(userScope, { sync: this.syncOf(source, async () => {}), readers: 1, onScreen: 0 });
    }
    this.told();
    for (const { sync } of this.scopes.values()) sync.interrupt();
    this.options.outbox.nudge();
    this.catchUpAll();
    inBackground(this.options.models.connected());
    inBackground(this.options.jobs.refresh());
    this.othersInvited();
  }

  /** Something has changed on the server, or may have. */
  told(): void {
    this.news.set(this.news.get() + 1);
  }

  private othersInvited(): void {
    this.invited.set(this.invited.get() + 1);
  }

  private syncOf(source: ConversationSource | UserSource, caughtUp: () => Promise<void>): ScopeSync {
    return new ScopeSync(source, this.options.store, this.options.transport, caughtUp);
  }

  private leave(scope: string, wasOnScreen: boolean): void {
    const open = this.scopes.get(scope);
    if (open === undefined) return;
    open.readers -= 1;
    if (wasOnScreen) open.onScreen -= 1;
    if (open.readers > 0) return;
    this.scopes.delete(scope);
    open.sync.close();
  }

  private catchUpAll(): void {
    for (const scope of this.scopes.keys()) this.catchUp(scope);
  }

  /** The edge of a background task. No answer is retried while the scope is open; what does not exist yet is not asked again. */
  private catchUp(scope: string, ask = (sync: ScopeSync) => sync.catchUp()): void {
    const open = this.scopes.get(scope);
    if (open === undefined) return;
    ask(open.sync).catch((error: unknown) => {
      if (this.scopes.get(scope) !== open) return; // closed meanwhile: nobody waits for it
      const { status, code } = asApiError(error);
      debug('sync', 'could not catch up', { scope, status, code });
      const refused = status >= 400 && status < 500;
      if (refused || isMissing(error) || !this.options.transport.connected) return;
      this.options.clock.after(RETRY_MS, () => this.catchUp(scope));
    });
  }

  private receive(event: ChangeEvent): void {
    const { scope, seq, type, entity_id } = event;
    debug('event', type, { scope, seq, entity_id });
    this.follow(event);
    if (type === 'conversation.forgotten') this.scopes.get(conversationScope(entity_id))?.sync.close();
    const open = this.scopes.get(event.scope);
    if (open === undefined) this.told();
    open?.sync
      .receive(event)
      .then(() => this.finish(event))
      .catch(() => this.catchUp(event.scope))
      .finally(() => this.told()); // not before: of what is deleted nobody asks the server any more
  }

  private follow(event: ChangeEvent): void {
    const message = rowIn('messages', event);
    if (message?.status === 'streaming') this.live.follow(message);
  }

  private finish(event: ChangeEvent): void {
    const message = rowIn('messages', event);
    if (event.type === 'conversation.created') this.delivered(event.entity_id); // perhaps by another tab's outbox
    if (message && message.status !== 'streaming') this.live.finish(message);
    if (event.type === 'server_settings.updated') inBackground(this.options.models.refresh());
  }

  /** After catching up: running replies are joined where they are, ended ones are let go. */
  private async caughtUp(conversationId: string): Promise<void> {
    const { store } = this.options;
    for (const message of await store.views.windows.newest(conversationId)) {
      if (message.status === 'streaming') this.live.follow(message);
      else this.live.finish(message);
    }
    if (this.isRead(conversationId)) await store.markRead(conversationId);
    void this.live.resumeAll();
  }

  private async resume(generation_id: string) {
    const { transport } = this.options;
    const params = { path: { generation_id } };
    const state = transport.connected
      ? await transport.request('resume_generation', { generation_id, idx: 0 })
      : await transport.api.get('/api/v2/generations/{generation_id}', { params });
    if (state.status !== 'streaming') this.expectEnd(state.conversation_id, state.message_id);
    return state;
  }

  /** The reply has ended; the event that says so should be here by now. */
  private expectEnd(conversationId: string, messageId: string): void {
    this.options.clock.after(LATE_MS, () => inBackground(this.checkEnd(conversationId, messageId)));
  }

  private async checkEnd(conversationId: string, messageId: string): Promise<void> {
    const scope = conversationScope(conversationId);
    if (!this.scopes.has(scope)) return;
    const message = await this.options.store.db.messages.get(messageId);
    if (message?.status === 'streaming') this.catchUp(scope);
  }

  private refreshSoon(conversationId: string): void {
    if (this.active.has(conversationId)) return;
    this.active.add(conversationId);
    this.options.clock.after(ACTIVITY_MS, () => {
      this.active.delete(conversationId);
      inBackground(this.refreshConversation(conversationId));
    });
  }

  private async refreshConversation(conversation_id: string): Promise<void> {
    const { transport, store } = this.options;
    const params = { path: { conversation_id } };
    const row = await transport.api.get('/api/v2/conversations/{conversation_id}', { params });
    await store.cache.put({ conversations: [row] });
    if (this.isRead(conversation_id)) await store.markRead(conversation_id);
  }

  private isRead(conversationId: string): boolean {
    return (this.scopes.get(conversationScope(conversationId))?.onScreen ?? 0) > 0;
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
