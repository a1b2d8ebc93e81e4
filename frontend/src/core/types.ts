import type { components, paths } from '../protocol.gen';
import type { LocritRow, ParkedLocrit } from './locrits';
import type { SearchEnd } from './search';
import type { SearchQuery } from './search-query';

type Schemas = components['schemas'];
export type Locrit = Schemas['Locrit'];
export type Conversation = Schemas['Conversation'];
export type Message = Schemas['Message'];
export type MessageList = Schemas['MessageList'];
export type FoundMessage = Schemas['FoundMessage'];
export type ChangeEvent = Schemas['ChangeEvent'];
export type Failure = Schemas['Failure'];
export type Usage = Schemas['Usage'];
export type PromptContext = Schemas['PromptContext'];
export type ModelState = Schemas['ModelState'];
export type Model = Schemas['Model'];
export type ModelPull = Schemas['Pull'];
export type CreateLocrit = Schemas['CreateLocrit'];
export type EditLocrit = Schemas['EditLocrit'];
export type MessageVersion = Schemas['MessageVersion'];
export type Trash = Schemas['Trash'];
export type Emptied = Schemas['Emptied'];
export type Storage = Schemas['Storage'];
export type IntegrityReport = Schemas['IntegrityReport'];

/** Why the server refused an operation. An edit that lost against another one brings that one: `details.current`. */
export interface Refusal extends Failure {
  details?: { current?: Message };
}

/**
 * - `retry` the same again; `discard` undoes its local effect
 * - `keep-mine` an edit that lost goes over the current text; `keep-theirs` puts it into the history, as a version
 */
export type Decision = 'retry' | 'discard' | 'keep-mine' | 'keep-theirs';

/**
 * What a person sees of a message:
 * - `queued`       in this browser's outbox; sent as soon as the server answers
 * - `sending`      on its way, not yet acknowledged
 * - `saved`        acknowledged by the server: survives anything
 * - `streaming`    a reply being written; `interrupted`, `failed` and `stopped` are how it may have ended
 * - `attention`    the server refused the operation; `problem` says why, `Client.resolve(opId, …)` decides
 */
export type SaveState =
  | 'queued'
  | 'sending'
  | 'saved'
  | 'streaming'
  | 'interrupted'
  | 'failed'
  | 'stopped'
  | 'attention';

/** A message as shown: the server's row with this browser's unsent changes over it. An unsent one has `rev` 0 and sorts last. */
export interface MessageRow extends Message {
  state: SaveState;
  /** Still only in this browser: to edit or delete it leaves no trace. */
  unsent?: boolean;
  /** It goes when the reply before it has ended. */
  waits?: boolean;
  /** To be answered again, or to go on, when the server is reached. By `opId` that is taken back until it was tried. */
  asked?: { to: 'again' | 'on'; opId?: string };
  problem?: Refusal;
  opId?: string;
}

/** A part of a conversation, oldest first, and whether it has its first and its newest message. */
export interface ShownMessages {
  messages: MessageRow[];
  atStart: boolean;
  atEnd: boolean;
}

/** What a running reply has said so far. Its last `unsaved` characters are not known to be on the server's disk yet. */
export interface LiveText {
  text: string;
  unsaved: number;
}

/** `local`: not yet on the server. */
export interface ConversationRow extends Conversation {
  unread: boolean;
  local?: boolean;
  problem?: Failure;
  opId?: string;
}

/** An operation that the server refused: `text` is what was said, or what its conversation or Locrit is called. */
export interface Parked {
  opId: string;
  text: string;
  change?: ParkedLocrit;
  problem?: Refusal;
  locrit?: string;
  conversationId?: string;
}

/**
 * `pending` and `attention` count operations of the whole browser, all tabs; `waiting` of the pending ones are messages
 * that go when a reply has ended. `lastSavedAt` is in milliseconds since 1970.
 */
export interface Connection {
  state: 'connecting' | 'online' | 'offline';
  /** The server answers requests, but nothing comes by itself: it is asked every few seconds. */
  isCutOff: boolean;
  /** The lists were loaded once: what they do not name is not there. */
  isKnown: boolean;
  pending: number;
  waiting: number;
  attention: number;
  lastSavedAt: number | null;
  problem?: Failure;
  model?: ModelState;
  /** There is a newer version of this page: calling this reloads into it. Nothing unsent is lost. */
  newVersion?: () => void;
}

/** For useSyncExternalStore: `get` returns the same object until something changed. */
export interface Signal<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}

export type Theme = 'light' | 'dark' | 'system';
export type ConversationChanges = Partial<Pick<Conversation, 'title' | 'starred' | 'pinned' | 'archived' | 'tags'>>;

export interface ConversationFilter {
  locrit?: string;
  /** Only those that are archived; without it only those that are not. */
  archived?: boolean;
  limit?: number;
}

/** Rows `from` up to `to` of a list. `since`: the moments at which its groups begin, newest first. */
export interface ConversationWindowQuery extends Omit<ConversationFilter, 'limit'> {
  since?: string[];
  from: number;
  to: number;
}

/** `counts`: of the pinned ones (not in the archive), of those since each moment, and of those before. */
export interface ConversationWindow {
  counts: number[];
  from: number;
  rows: ConversationRow[];
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : never;
type Success<T> = T extends { responses: infer R } ? Json<R[Extract<keyof R, 200 | 201 | 202>]> : never;
type Given<T, Key extends string> = T extends { [K in Key]?: infer Value } ? NonNullable<Value> : never;

export type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: unknown } ? P : never;
}[keyof paths];

export interface Init<P extends keyof paths, M extends Method> {
  params?: {
    path?: Given<Given<Operation<P, M>, 'parameters'>, 'path'>;
    query?: Given<Given<Operation<P, M>, 'parameters'>, 'query'>;
  };
  body?: Json<Given<Operation<P, M>, 'requestBody'>>;
  signal?: AbortSignal;
}

type Call<M extends Method> = <P extends PathsWith<M>>(path: P, init?: Init<P, M>) => Promise<Success<Operation<P, M>>>;

/** Typed requests by the paths of the OpenAPI document. Every call has a timeout; all throw `ApiError`. */
export interface Api {
  get: Call<'get'>;
  post: Call<'post'>;
  put: Call<'put'>;
  patch: Call<'patch'>;
  delete: Call<'delete'>;
}

/** The engine behind the interface. Reads come from IndexedDB at once; commands are durable there before they return. */
export interface Client {
  start(): Promise<void>;
  stop(): void;
  connection: Signal<Connection>;

  /** Live reads: call them inside useLiveQuery. Deleted rows are left out. */
  locrits(): Promise<LocritRow[]>;
  /** By its name, by one that it had before, or by its id. */
  locrit(name: string): Promise<LocritRow | undefined>;
  /** Newest activity first. */
  conversations(filter: ConversationFilter): Promise<ConversationRow[]>;
  /** Part of the list in which pinned ones come first. */
  conversationWindow(query: ConversationWindowQuery): Promise<ConversationWindow>;
  /** The one that stands so many places below this one in that list, or above; the first when this one is not in it. */
  conversationBeside(
    id: string | undefined,
    step: number,
    filter: ConversationFilter,
  ): Promise<ConversationRow | undefined>;
  conversation(id: string): Promise<ConversationRow | undefined>;
  /** What is loaded, oldest first. Replies to the same question share `parent_id`; all are included, the newest counts. */
  messages(conversationId: string): Promise<MessageRow[]>;
  /** The same with those that are gone, whose places hold what follows them, and whether there is more at either side. */
  shown(conversationId: string): Promise<ShownMessages>;
  /** Text of a running reply, at most every 50 ms; null when none is known. Show it while the row's state is `streaming`. */
  liveText(messageId: string): Signal<LiveText | null>;

  /**
   * Finds what was said: `found` is told all hits so far, of this browser at once, then the server's. Throws when it is
   * aborted.
   */
  search(
    query: SearchQuery,
    found: (hits: FoundMessage[]) => void,
    signal: AbortSignal,
    most?: number,
  ): Promise<SearchEnd>;
  /** Finds a few conversations by their names, in the same way. */
  called(words: string, found: (rows: Conversation[]) => void, signal: AbortSignal): Promise<void>;

  refreshLocrits(): Promise<void>;
  /** What was active since the last time, and what is pinned. */
  refreshConversations(): Promise<void>;
  /** Loads the next page of the list; false when there is no more. */
  moreConversations(filter: ConversationFilter): Promise<boolean>;
  /** Keeps the conversation loaded and live until the returned function is called. */
  open(conversationId: string): () => void;
  /** False when the start of the conversation is reached. */
  loadOlder(conversationId: string): Promise<boolean>;
  /** False when its end is reached. */
  loadNewer(conversationId: string): Promise<boolean>;
  /** Shows the part around a message instead. Throws `ApiError`. */
  show(conversationId: string, messageId: string): Promise<void>;
  showNewest(conversationId: string): Promise<void>;
  /** The first message of a moment (ISO 8601) or later. */
  firstSince(conversationId: string, at: string): Promise<string | undefined>;

  /** For a conversation that has not begun: nothing knows of it until `begin`. */
  newConversationId(): string;
  /** A new conversation and its first question, as one: there is none without the other. Returns the message's id. */
  begin(conversationId: string, locrit: string, text: string): Promise<string>;
  /** After the newest message, or after the one of `parentId`. Returns the message's id. */
  send(conversationId: string, text: string, parentId?: string): Promise<string>;
  /** Puts a question differently: a branch beside it. Returns the new message's id. */
  sendInstead(conversationId: string, questionId: string, text: string): Promise<string>;
  /** Asks this question, or the one of this reply, again, by `model` or the Locrit's own: a reply beside the old one. */
  retry(messageId: string, model?: string): Promise<void>;
  /** Has a reply that was cut off go on, in the same message. */
  continueReply(replyId: string): Promise<void>;
  stopReply(generationId: string): Promise<void>;
  /** One that is not sent yet, or was refused, says this instead, and is sent again. */
  editMessage(id: string, content: string): Promise<void>;
  deleteMessage(id: string): Promise<void>;
  restoreMessage(id: string): Promise<void>;
  /** What the message said at `rev` becomes its newest version. */
  rollBack(messageId: string, rev: number): Promise<void>;
  editConversation(id: string, changes: ConversationChanges): Promise<void>;
  deleteConversation(id: string): Promise<void>;
  restoreConversation(id: string): Promise<void>;
  /** A conversation that begins with what was said up to this message. Returns its id, usable at once. */
  fork(conversationId: string, messageId: string): Promise<string>;
  /** What the server refused, oldest first; a live read as those above. */
  parked(): Promise<Parked[]>;
  /** Decides about an operation that the server refused. */
  resolve(opId: string, decision: Decision): Promise<void>;

  /** Small things that must be there at first paint. */
  draft(conversationId: string): string;
  saveDraft(conversationId: string, text: string): void;
  /** What was filled into a form and not saved. Anything may stand there: another version of this page wrote it. */
  formDraft(key: string): unknown;
  saveFormDraft(key: string, value: unknown): void;
  /** The newest first. */
  formDraftKeys(prefix: string): string[];
  /** The conversation opened last, of this Locrit or of all. */
  lastConversation(locrit?: string): string | undefined;
  theme: Signal<Theme>;
  setTheme(theme: Theme): void;

  /**
   * Durable at once. The word of a server that answers is waited for a little: a refusal is thrown as an `ApiError`. Else
   * the row's `state` says that it is only kept here, and a later refusal is `parked`. `id` may be a name, too.
   */
  createLocrit(fields: CreateLocrit): Promise<LocritRow>;
  editLocrit(id: string, changes: EditLocrit): Promise<LocritRow>;
  /** False when it is only kept here. */
  deleteLocrit(id: string): Promise<boolean>;

  /** Online only: these throw `ApiError` {code, message, hint, details}. */
  /** Newest first; the first is what the message says now. */
  versions(messageId: string): Promise<MessageVersion[]>;
  /** Destroys what was said, on the server and in this browser: ask first, it cannot be undone. */
  forgetMessage(messageId: string): Promise<void>;
  forgetConversation(id: string): Promise<void>;
  trash(): Promise<Trash>;
  /** How many other messages `forgetMessage` destroys with this one: what it was copied from and to, in forks. */
  copies(messageId: string): Promise<number>;
  /** Forgets what is in it; says how much that was, and what had to be left there. */
  emptyTrash(): Promise<Emptied>;
  storage(): Promise<Storage>;
  /** `repair` sets right what follows from the rest: counters and the search index. */
  verify(repair?: boolean): Promise<IntegrityReport>;
  api: Api;
}
