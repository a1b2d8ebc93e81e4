import type { components, paths } from '../protocol.gen';

type Schemas = components['schemas'];
export type Locrit = Schemas['Locrit'];
export type Conversation = Schemas['Conversation'];
export type Message = Schemas['Message'];
export type Artifact = Schemas['Artifact'];
export type ArtifactVersion = Schemas['ArtifactVersion'];
export type ArtifactList = Schemas['ArtifactList'];
export type ListedArtifact = Schemas['ListedArtifact'];
export type Memory = Schemas['Memory'];
export type MemoryFields = Pick<Schemas['SaveMemory'], 'content'> &
  Partial<Pick<Memory, 'importance' | 'tags' | 'valid_from' | 'valid_to'>>;
export type MemoryChanges = Partial<MemoryFields> & { pinned?: boolean; suggested?: false };
export type ExtractionProgress = Schemas['ExtractionProgress'];
/** What a message consists of beside its text: told apart by `type`. */
export type Part = NonNullable<Message['parts']>[number];
/** What a model had done by a tool. */
export type ToolResult = Schemas['ToolResult'];
/** With the answer that was given here, until the server has it, or until a person has seen why it does not take it. */
export interface ToolRow extends ToolResult {
  answering?: { answer: ToolAnswer; state: 'queued' | 'sending' | 'rejected'; opId: string; problem?: Refusal };
}
export type OfferedTool = Schemas['OfferedTool'];
export type ToolAnswer = NonNullable<ToolResult['answer']>;
/** What a message tells of a file that it was given with. */
export type FilePart = Extract<Part, { type: 'file' }>;
export type ReplyChunk = Schemas['ReplyChunk'];
export type MessageList = Schemas['MessageList'];
export type FoundMessage = Schemas['FoundMessage'];
/** Told apart by `type`. */
export type ChangeEvent = Schemas['EventList']['events'][number];
/** Where rows of one kind are uploaded again. */
export type SyncAddress = Extract<keyof paths, `/api/v2/sync/${string}`>;
export type Scrubbed = Schemas['Scrubbed'];
export type Failure = Schemas['Failure'];
export type Usage = Schemas['Usage'];
export type PromptContext = Schemas['PromptContext'];
export type PromptReading = Schemas['PromptReading'];
export type Recalled = Schemas['Recalled'];
export type RecallMark = Schemas['RecallMark'];
export type RecallWish = RecallMark['mark'];
export type RecalledList = Schemas['RecalledList'];
export type AskedMemory = Schemas['AskedMemory'];
export type RecallLog = Schemas['RecallLog'];
export type Concept = Schemas['Concept'];
export type ListedConcept = Schemas['ListedConcept'];
export type ConceptDetails = Schemas['ConceptDetails'];
export type ConceptGraph = Schemas['ConceptGraph'];
export type ConceptChanges = Partial<Pick<Concept, 'name' | 'type' | 'description'>>;
export type RecalledMemory = Schemas['RecalledMemory'];
export type Interaction = Schemas['Interaction'];
export type Invitation = Schemas['Invitation'];
export type ModelState = Schemas['ModelState'];
export type Model = Schemas['Model'];
export type ModelList = Schemas['ModelList'];
export type ModelPull = Schemas['ModelPull'];
export type ServerSettings = Schemas['ServerSettings'];
export type CreateLocrit = Schemas['CreateLocrit'];
export type EditLocrit = Schemas['EditLocrit'];
export type MessageVersion = Schemas['MessageVersion'];
export type Trash = Schemas['Trash'];
export type Emptied = Schemas['Emptied'];
export type Storage = Schemas['Storage'];
export type JobProgress = Schemas['JobProgress'];
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
 * - `rejected`    the server refused the operation; `problem` says why, `Client.resolve(opId, …)` decides
 */
export type SaveState =
  | 'queued'
  | 'sending'
  | 'saved'
  | 'streaming'
  | 'interrupted'
  | 'failed'
  | 'stopped'
  | 'rejected';

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

/**
 * A file that goes with a message which the server does not have: of a draft, or (`draft` is empty) of one in the outbox.
 * `part` is what the server says of it once it has it, `problem` why it never will.
 */
export interface GivenFile {
  id: string;
  draft: string;
  name: string;
  /** As the system has it, for a picture to be shown before it is sent. */
  type: string;
  content: Blob;
  /** ms */
  added_at: number;
  part?: FilePart;
  problem?: Failure;
}

/** A part of a conversation, oldest first, and whether it has its first and its newest message. */
export interface ShownMessages {
  messages: MessageRow[];
  atStart: boolean;
  atEnd: boolean;
}

/** What a running reply has said so far. Its last `unsaved` characters are not known to be on the server's disk yet. */
export interface LiveText extends Pick<Message, 'content' | 'parts'> {
  unsaved: number;
  /** Until the first piece. */
  reading?: Reading;
  /** As far as it can be told yet. */
  tokensPerSecond?: number;
}

/** What a model has before it, `since` a moment of this browser's clock (ms). */
export interface Reading extends PromptReading {
  since: number;
}

/** `local`: not yet on the server. */
export interface ConversationRow extends Conversation {
  unread: boolean;
  local?: boolean;
  problem?: Failure;
  opId?: string;
}

/** A Locrit as shown, with this browser's unsent changes over it. `local`: not yet on the server. */
export interface LocritRow extends Locrit {
  state: Extract<SaveState, 'queued' | 'sending' | 'saved' | 'rejected'>;
  local: boolean;
  problem?: Failure;
  opId?: string;
}

export type ArtifactChanges = Partial<Pick<Artifact, 'name' | 'content' | 'css'>>;

/** An artifact as shown, with this browser's unsent changes over it; `base` is what the server has. */
export interface ArtifactRow extends Artifact {
  state: LocritRow['state'];
  base: Artifact;
  problem?: Failure;
  opId?: string;
}

/** A memory as shown, with this browser's unsent changes over it; `base` is what the server has. */
export interface MemoryRow extends Memory {
  state: LocritRow['state'];
  base: Memory;
  problem?: Failure;
  opId?: string;
}

/**
 * What is talked about with a Locrit as the server listed it, what is mentioned most first; with the revisions of what was
 * decided by then.
 */
export interface KeptConcepts {
  locrit_id: string;
  concepts: ListedConcept[];
  total: number;
  /** Earlier versions kept nothing that was decided by then. */
  included?: Record<string, number>;
}

/** A concept as shown, with this browser's unsent changes over it. */
export interface ConceptRow extends ListedConcept {
  locrit_id: string;
  state: LocritRow['state'];
  problem?: Failure;
  opId?: string;
}

/** `total` counts all that the server has; something was decided since the list came where it is outdated. */
export interface ConceptList {
  concepts: ConceptRow[];
  total: number;
  isOutdated: boolean;
}

/** A change of a Locrit that the server refused. */
export interface RejectedLocrit {
  id: string;
  name: string;
  act: 'create' | 'edit' | 'delete';
  /** So many conversations begin when it is created. */
  waiting: number;
  /** Of an edit, and what these fields said before. */
  changes?: EditLocrit;
  base?: Partial<Locrit>;
}

/** An operation that the server refused: `text` is what was said, or what its conversation or Locrit is called. */
export interface Rejected {
  opId: string;
  text: string;
  change?: RejectedLocrit;
  problem?: Refusal;
  locrit?: string;
  conversationId?: string;
}

/**
 * `pending` and `rejected` count operations of the whole browser, all tabs; `waiting` of the pending ones are messages
 * that go when a reply has ended. `lastSavedAt` is in milliseconds since 1970.
 */
export interface Connection {
  state: 'connecting' | 'online' | 'offline';
  /** The server answers requests, but nothing comes by itself: it is asked every few seconds. */
  isCutOff: boolean;
  /** The lists were loaded once, and this browser keeps what the server tells: what they do not name is not there. */
  isKnown: boolean;
  pending: number;
  waiting: number;
  rejected: number;
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
export type ConversationChanges = Partial<
  Pick<Conversation, 'title' | 'starred' | 'pinned' | 'archived' | 'tags' | 'think'>
>;

export interface ConversationFilter {
  locrit?: string;
  /** Only those that are archived; without it only those that are not. */
  archived?: boolean;
  /** Only those in which the person talks, and no guest or visitor. */
  own?: boolean;
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

/** `offline`: the server could not be asked. `more` than were given; `waiting` are not searched yet. */
export interface SearchEnd {
  more: boolean;
  offline?: boolean;
  failure?: Failure;
  waiting?: number;
}

export interface ServerModels {
  /** Undefined while unknown: nothing is claimed to be missing before that. */
  list?: ModelList;
  /** The last answer was none. */
  failed: boolean;
}
