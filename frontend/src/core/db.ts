import Dexie, { type EntityTable, type Table, type Transaction } from 'dexie';
import type { Range } from './ranges';
import type { Conversation, ConversationChanges, CreateLocrit, EditLocrit, Locrit, Message, Refusal } from './types';

/**
 * Beside the question that it puts differently, or after a message that is not the newest; after the newest unless told.
 * `follows` is a question without a whole reply yet: this one waits in the outbox until that has ended, and comes after it.
 */
export interface TurnPlace {
  instead_of?: string;
  parent_id?: string;
  follows?: string;
}

/** What a person did, as the server will be told. */
export type Command =
  | { type: 'conversation.create'; conversation_id: string; locrit_name: string }
  | { type: 'conversation.edit'; conversation_id: string; changes: ConversationChanges }
  | { type: 'conversation.delete'; conversation_id: string }
  | { type: 'conversation.restore'; conversation_id: string }
  | {
      type: 'conversation.fork';
      conversation_id: string;
      locrit_name: string;
      title: string;
      source_id: string;
      last_message_id: string;
    }
  | ({
      type: 'message.send';
      conversation_id: string;
      message_id: string;
      locrit_name: string;
      /** Whatever it is called when the message goes. Earlier versions kept only its name. */
      locrit_id?: string;
      content: string;
      /** It is the first of its conversation, which comes into being with it. */
      begins?: true;
    } & TurnPlace)
  | { type: 'message.edit'; conversation_id: string; message_id: string; content: string; rev: number }
  | { type: 'message.delete'; conversation_id: string; message_id: string }
  | { type: 'message.restore'; conversation_id: string; message_id: string }
  | { type: 'message.aside'; conversation_id: string; message_id: string; content: string }
  | { type: 'message.rollback'; conversation_id: string; message_id: string; rev: number }
  | { type: 'reply.continue'; conversation_id: string; message_id: string }
  | { type: 'reply.retry'; conversation_id: string; message_id: string; model?: string }
  | { type: 'reply.stop'; generation_id: string }
  | { type: 'locrit.create'; locrit_id: string; fields: CreateLocrit }
  /** `base`: what the changed fields said before. */
  | { type: 'locrit.edit'; locrit_id: string; changes: EditLocrit; base: Partial<Locrit> }
  | { type: 'locrit.delete'; locrit_id: string };

export type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;

/**
 * A command until its effect is known to be on the server. `order` is first-in-first-out within a `lane`.
 * `sending` survives a crash and then means `queued`: repeating an operation has one effect.
 */
export interface OutboxEntry {
  order: number;
  op_id: string;
  lane: string;
  state: 'queued' | 'sending' | 'attention';
  created_at: string;
  /** The server may have it, even without an answer. */
  tried?: boolean;
  command: Command;
  problem?: Refusal;
}

/**
 * How far a scope is applied. Of conversations also which parts of them are cached (`ranges`, see `rangesOf`), and the seq
 * of the snapshot that the cache began with: pages from before it are too old for it.
 */
export interface Cursor {
  scope: string;
  seq: number;
  ranges?: Range[];
  base?: number;
  /** What earlier versions kept instead of `ranges`. */
  from?: number;
  complete?: boolean;
  /** Which event `seq` is, as far as one was applied: another one there is another history. */
  tip?: string;
  /** Of the person's own scope: what its first event is about. The same as long as the server has the same data. */
  origin?: string;
}

export interface Meta {
  key: string;
  value: unknown;
}

/** Which list of conversations one stands in. */
export type Shelf = 'pinned' | 'listed' | 'archived';

/** With its shelf, by which the lists are read in their order; what is in the trash, itself or with its Locrit, has none. */
export type StoredConversation = Conversation & { shelf?: Shelf };

/** Server truth (locrits, conversations, messages), what was not yet sent (outbox), and how far we are (cursors). */
/** Two servers below one address, each with a path of its own, keep apart what they keep in the browser. */
export function databaseName(base: string): string {
  return base === '/' ? 'locrit' : `locrit ${base}`;
}

export class LocritDb extends Dexie {
  locrits!: EntityTable<Locrit, 'id'>;
  conversations!: EntityTable<StoredConversation, 'conversation_id'>;
  messages!: EntityTable<Message, 'message_id'>;
  outbox!: EntityTable<OutboxEntry, 'order'>;
  cursors!: EntityTable<Cursor, 'scope'>;
  meta!: Table<Meta, string>;

  constructor(name = 'locrit') {
    super(name);
    this.version(1).stores({
      locrits: 'id, name',
      conversations: 'conversation_id, locrit_name, updated_at',
      messages: 'message_id, [conversation_id+seq]',
      outbox: '++order, &op_id, lane',
      cursors: 'scope',
      meta: 'key',
    });
    this.version(2)
      .stores({
        conversations: 'conversation_id, locrit_name, locrit_id, [shelf+updated_at], [locrit_name+shelf+updated_at]',
      })
      .upgrade(putOnShelves);
    this.on('versionchange', ({ newVersion }) => {
      if (newVersion !== null) globalThis.location?.reload(); // a newer page, in another tab, has changed its form
    });
  }
}

async function putOnShelves(upgrade: Transaction): Promise<void> {
  const locrits: Locrit[] = await upgrade.table('locrits').toArray();
  const deleted = new Set(locrits.filter((locrit) => locrit.deleted_at).map((locrit) => locrit.id));
  const conversations: Table<StoredConversation> = upgrade.table('conversations');
  await conversations.toCollection().modify((row) => void Object.assign(row, shelved(row, deleted.has(row.locrit_id))));
}

export function shelfOf(row: Conversation, isLocritDeleted = false): Shelf | undefined {
  if (row.deleted_at || isLocritDeleted) return undefined;
  return row.archived ? 'archived' : row.pinned ? 'pinned' : 'listed';
}

/** The same row when it stands where it belongs. */
export function shelved(row: StoredConversation, isLocritDeleted: boolean): StoredConversation {
  const shelf = shelfOf(row, isLocritDeleted);
  return row.shelf === shelf ? row : { ...row, shelf };
}

/** One for all of them: a name that one gives up may be taken by the next. */
export const LOCRITS = 'locrits';

export function laneOf(command: Command): string {
  if (command.type === 'reply.stop') return `generation:${command.generation_id}`;
  return 'conversation_id' in command ? conversationScope(command.conversation_id) : LOCRITS;
}

export function conversationScope(conversationId: string): string {
  return `conversation:${conversationId}`;
}

/** The id of what the command changes. */
export function subjectOf(command: Command): string {
  if ('message_id' in command) return command.message_id;
  if ('conversation_id' in command) return command.conversation_id;
  return command.type === 'reply.stop' ? command.generation_id : command.locrit_id;
}

/** The id of the Locrit that is changed or talked to, as far as it is known. */
export function locritOf(command: Command): string | undefined {
  return 'locrit_id' in command ? command.locrit_id : undefined;
}

/** The conversation does not exist before it. */
export function beginsConversation(command: Command): boolean {
  if (command.type === 'message.send') return command.begins === true;
  return command.type === 'conversation.create' || command.type === 'conversation.fork';
}

/** Never sent, or refused: the server holds nothing of it. */
export function isUnseen(entry: OutboxEntry): boolean {
  return entry.state === 'attention' || !entry.tried;
}
