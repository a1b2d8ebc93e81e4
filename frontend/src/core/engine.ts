import { v7 as uuid } from 'uuid';
import { Actions } from './actions';
import { StoredArtifacts } from './artifacts';
import { basePath } from './base';
import type { Client } from './client';
import { type Clock, systemClock } from './clock';
import { wordsFor } from './commands';
import { StoredConcepts } from './concepts';
import { tellConnection, unknownConnection } from './connection';
import { databaseName, LocritDb } from './db';
import { inBackground, storageUnavailable } from './errors';
import { Files, filesOf } from './files';
import { RemoteHistory } from './history';
import { Jobs } from './jobs';
import { leadership } from './leader';
import { LegacyImport, removeCredentials } from './legacy';
import { Lists } from './lists';
import { LocalState } from './local-state';
import { LocritActions } from './locrit-actions';
import { StoredMemories } from './memories';
import { Models } from './models';
import { Names } from './names';
import type { ClientOptions } from './options';
import { Outbox } from './outbox';
import { watchPage } from './page';
import { Pages } from './pages';
import { classifyError } from './policy';
import { Polling } from './polling';
import { StoredRecall } from './recall';
import { Search } from './search';
import { Store } from './store';
import { Sync } from './sync';
import { StoredTools } from './tools';
import { NetworkTransport, type Transport, whenOnline } from './transport';
import type { CreateLocrit, Decision, EditLocrit, MessageRow, Theme } from './types';
import { askToPersist, keepShell } from './worker';

/** The engine's composition root. Nothing happens before `start`. */
export function createClient(options: ClientOptions = {}): Client {
  return new Engine(options);
}

class Engine implements Client {
  readonly actions: Actions;
  readonly connection = unknownConnection();
  readonly jobs: Jobs['running'];
  readonly invited: Sync['invited'];
  readonly news: Sync['news'];
  readonly artifacts: Client['artifacts'];
  readonly tools: Client['tools'];
  readonly recall: Client['recall'];
  readonly memories: Client['memories'];
  readonly concepts: Client['concepts'];
  readonly models: Models;
  readonly files: Files;
  private readonly store: Store;
  private readonly transport: Transport;
  private readonly outbox: Outbox;
  private readonly locritActions: LocritActions;
  private readonly history: RemoteHistory;
  private readonly lists: Lists;
  private readonly pages: Pages;
  private readonly finding: Search;
  private readonly names: Names;
  private readonly sync: Sync;
  private readonly polling: Polling;
  private readonly localState: LocalState;
  private readonly clock: Clock;
  private endings: (() => void)[] = [];

  constructor(options: ClientOptions) {
    const { clock = systemClock, random = Math.random, db = new LocritDb(databaseName(basePath())) } = options;
    this.clock = clock;
    this.store = new Store(db, {
      isOpen: (conversationId) => this.sync.isOpen(conversationId),
      forgotten: (id) => this.localState.clearDrafts(id),
      fastPath: {
        isFree: (queueKey) => this.outbox.isFree(queueKey),
        send: (entry) => void this.outbox.send(entry),
      },
    });
    this.localState = options.localState ?? new LocalState();
    this.actions = new Actions(this.store, this.localState);
    this.transport =
      options.transport ?? new NetworkTransport(options.baseUrl ?? globalThis.location.origin + basePath());
    this.files = new Files(db, this.store.quota, this.transport, () => clock.now());
    this.locritActions = new LocritActions(this.store, this.transport, clock);
    this.artifacts = new StoredArtifacts(this.store, this.transport);
    this.tools = new StoredTools(this.store, this.transport);
    this.recall = new StoredRecall(this.store, this.transport);
    this.memories = new StoredMemories(this.store, this.transport);
    this.concepts = new StoredConcepts(this.store, this.transport);
    this.lists = new Lists(this.store, this.transport);
    this.pages = new Pages(this.store, this.transport);
    this.finding = new Search(this.store, this.transport);
    this.names = new Names(this.store, this.transport);
    this.models = new Models(this.transport, clock, (model) => this.connection.update({ model }));
    const progress = new Jobs(this.transport);
    this.jobs = progress.running;
    this.history = new RemoteHistory(this.store, this.transport, progress);
    this.outbox = new Outbox({
      store: this.store,
      transport: this.transport,
      leadership: options.leadership ?? leadership(db, uuid(), clock),
      clock,
      random,
      classifyError,
      prepare: ({ command }) => this.files.ready(filesOf(command)),
      done: ({ command }) => {
        inBackground(this.files.sent(filesOf(command)));
        this.sync.told();
        if ('conversation_id' in command) this.sync.delivered(command.conversation_id);
      },
      awaits: (conversationIds) => this.sync.awaits(conversationIds),
    });
    this.sync = new Sync({
      store: this.store,
      transport: this.transport,
      clock,
      outbox: this.outbox,
      jobs: progress,
      lists: async (isRolledBack) => this.reuploaded(await this.lists.reconcile(isRolledBack)),
      models: this.models,
    });
    this.invited = this.sync.invited;
    this.news = this.sync.news;
    this.polling = new Polling({ transport: this.transport, clock, answered: (...told) => this.sync.polled(...told) });
  }

  // -- Starting and stopping

  async start(): Promise<void> {
    try {
      await this.store.db.open();
    } catch (error) {
      const failure = storageUnavailable(error);
      this.connection.update({ problem: failure.failure });
      throw failure;
    }
    this.watch();
    this.outbox.start();
    this.transport.start(this.sync.listener);
    this.polling.start();
    this.endings.push(keepShell(this.transport, this.clock, (newVersion) => this.connection.update({ newVersion })));
    inBackground(this.files.sweep());
    inBackground(this.store.once('asked to persist', askToPersist));
    inBackground(this.store.once('removed credentials', () => removeCredentials(this.store.db)));
  }

  stop(): void {
    for (const end of this.endings.splice(0)) end();
    this.outbox.stop();
    this.sync.stop();
    this.polling.stop();
    this.transport.stop();
  }

  private watch(): void {
    const legacy = new LegacyImport(this.store, this.transport, this.localState);
    const { connection, store, outbox, transport, polling } = this;
    this.endings = [
      whenOnline(this.transport, () => inBackground(legacy.run())),
      ...tellConnection(connection, { store, outbox, transport, polling }),
      watchPage({
        shown: () => this.sync.wake(),
        hidden: () => this.flush(),
        online: () => this.transport.reconnect(),
      }),
    ];
  }

  /** The page may be about to go: what can go now, goes. Nothing depends on it. */
  private flush(): void {
    this.outbox.nudge();
    this.sync.live.flush();
  }

  /** The server has these conversations again: what was refused meanwhile, because it had not, is sent again. */
  private async reuploaded(conversationIds: readonly string[]): Promise<void> {
    for (const conversationId of conversationIds) this.sync.delivered(conversationId);
    for (const { opId, conversationId, problem } of await this.rejected())
      if (problem?.code === 'not_found' && conversationIds.includes(conversationId ?? ''))
        await this.resolve(opId, 'retry');
  }

  // -- Reading

  locrits = () => this.store.views.locrits();
  locrit = (name: string) => this.store.views.locrit(name);
  conversations: Client['conversations'] = (filter) => this.store.views.listing.newest(filter);
  conversationWindow: Client['conversationWindow'] = (query) => this.store.views.listing.window(query);
  conversationBeside: Client['conversationBeside'] = (...asked) => this.store.views.listing.beside(...asked);
  conversation = (id: string) => this.store.views.conversation(id);
  shown = (conversationId: string) => this.store.views.sights.shown(conversationId);
  sight = (conversationId: string) => this.store.views.sights.of(conversationId);
  messages = (conversationId: string) => this.store.views.sights.messages(conversationId);
  rejected = () => this.store.views.rejected();
  liveText = (messageId: string) => this.sync.live.text(messageId);

  // -- Loading

  refreshLocrits = () => this.lists.refreshLocrits();
  refreshConversations = () => this.lists.refreshConversations();
  moreConversations: Client['moreConversations'] = (filter) => this.lists.moreConversations(filter);

  open(conversationId: string): () => void {
    inBackground(this.remember(conversationId));
    const close = this.sync.open(conversationId);
    return () => {
      close();
      this.store.views.windows.leave(conversationId);
      inBackground(this.store.markRead(conversationId));
    };
  }

  loadOlder = (conversationId: string) => this.pages.load(conversationId, 'older');
  loadNewer = (conversationId: string) => this.pages.load(conversationId, 'newer');
  show = (conversationId: string, messageId: string) => this.pages.show(conversationId, messageId);
  search = (...asked: Parameters<Search['find']>) => this.finding.find(...asked);
  called: Client['called'] = (...asked) => this.names.find(...asked);
  showNewest = (conversationId: string) => this.pages.showNewest(conversationId);
  firstSince = (conversationId: string, at: string) => this.pages.firstSince(conversationId, at);

  async loadMessage(conversationId: string, messageId: string): Promise<MessageRow> {
    await this.sync.begin(conversationId);
    return this.pages.loadMessage(conversationId, messageId);
  }

  private async remember(conversationId: string): Promise<void> {
    const conversation = await this.store.views.conversation(conversationId);
    this.localState.setLastConversation(conversationId, conversation?.locrit_name);
    await this.store.markRead(conversationId);
    await this.store.markUsed(conversationId, this.clock.now());
  }

  // -- Commands

  newConversationId = () => uuid();
  createLocrit = (fields: CreateLocrit) => this.locritActions.create(fields);
  editLocrit = (id: string, changes: EditLocrit) => this.locritActions.edit(id, changes);
  deleteLocrit = (id: string) => this.locritActions.delete(id);
  resolve = (opId: string, decision: Decision) => this.outbox.resolve(opId, decision);
  giveUpUnkept = () => this.store.quota.giveUp();

  // -- Kept for the first paint

  draft = (conversationId: string) => this.localState.draft(conversationId);
  saveDraft(conversationId: string, text: string): void {
    this.localState.saveDraft(conversationId, text);
    if (text === '') this.store.quota.giveUp(wordsFor(conversationId));
  }
  formDraft = (key: string) => this.localState.formDraft(key);
  saveFormDraft = (key: string, value: unknown) => this.localState.saveFormDraft(key, value);
  formDraftKeys = (prefix: string) => this.localState.formDraftKeys(prefix);
  lastConversation = (locrit?: string) => this.localState.lastConversation(locrit);
  setTheme = (theme: Theme) => this.localState.setTheme(theme);

  get theme() {
    return this.localState.theme;
  }

  get api() {
    return this.transport.api;
  }

  versions = (messageId: string) => this.history.versions(messageId);
  forgetMessage = (messageId: string) => this.history.forgetMessage(messageId);
  forgetConversation = (id: string) => this.history.forgetConversation(id);
  trash = () => this.history.trash();
  emptyTrash = () => this.history.emptyTrash();
  copies = (messageId: string) => this.history.copies(messageId);
  storage = () => this.history.storage();
  verify = (repair?: boolean) => this.history.verify(repair);
}
