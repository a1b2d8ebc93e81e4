import type { Actions } from './actions';
import type { Api } from './api';
import type { Artifacts } from './artifacts';
import type { Concepts } from './concepts';
import type { GivenFiles } from './files';
import type { Memories } from './memories';
import type { Recall } from './recall';
import type { SearchQuery } from './search-query';
import type { Tools } from './tools';
import type {
  Connection,
  Conversation,
  ConversationFilter,
  ConversationRow,
  ConversationWindow,
  ConversationWindowQuery,
  CreateLocrit,
  Decision,
  EditLocrit,
  Emptied,
  FoundMessage,
  IntegrityReport,
  JobProgress,
  LiveText,
  LocritRow,
  MessageRow,
  MessageVersion,
  Rejected,
  SearchEnd,
  ServerModels,
  ShownMessages,
  Signal,
  Storage,
  Theme,
  Trash,
} from './types';

/** The engine behind the interface. Reads come from IndexedDB at once; commands are durable there before they return. */
export interface Client {
  start(): Promise<void>;
  stop(): void;
  connection: Signal<Connection>;
  /** What takes long on the server and is not done yet. */
  jobs: Signal<readonly JobProgress[]>;
  /** How often the server has said, or may have, that others are invited. */
  invited: Signal<number>;
  /** How often something has changed on the server, or may have. */
  news: Signal<number>;

  /** The models of the server, and what is being installed. */
  models: {
    known: Signal<ServerModels>;
    /** Asks for them again, unless that was a moment ago. Throws `ApiError`, as the next one does. */
    look(): Promise<void>;
    refresh(): Promise<void>;
  };

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
  /** That as it is now, what is said here included as soon as it is durable; undefined until it is known. */
  sight(conversationId: string): Signal<ShownMessages | undefined>;
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
  /** One message, wherever its conversation is read: from then on it can be changed here. Throws `ApiError`. */
  loadMessage(conversationId: string, messageId: string): Promise<MessageRow>;
  /** The first message of a moment (ISO 8601) or later. */
  firstSince(conversationId: string, at: string): Promise<string | undefined>;

  /** For a conversation that has not begun: nothing knows of it until `actions.begin`. */
  newConversationId(): string;
  /** What a person does to conversations and messages. */
  actions: Pick<Actions, keyof Actions>;
  /** What the server refused, oldest first; a live read as those above. */
  rejected(): Promise<Rejected[]>;
  /** Decides about an operation that the server refused. */
  resolve(opId: string, decision: Decision): Promise<void>;

  /** Nobody wants any more what this browser had no room for. */
  giveUpUnkept(): void;

  /** What is given with messages that the server does not have yet. */
  files: GivenFiles;

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
   * the row's `state` says that it is only kept here, and a later refusal is `rejected`. `id` may be a name, too.
   */
  createLocrit(fields: CreateLocrit): Promise<LocritRow>;
  editLocrit(id: string, changes: EditLocrit): Promise<LocritRow>;
  /** False when it is only kept here. */
  deleteLocrit(id: string): Promise<boolean>;

  /** What replies made. */
  artifacts: Artifacts;
  /** What models had done. */
  tools: Tools;
  /** What replies were reminded of. */
  recall: Recall;
  /** What is remembered beside the conversations. */
  memories: Memories;
  /** What is talked about. */
  concepts: Concepts;

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
