import { type Command, type CommandOf, queueKey, subjectOf } from './commands';
import { conceptScope } from './commands/concepts';
import { conversationScope } from './commands/conversations';
import { memoryScope } from './commands/memories';
import { type Cursor, FORGOTTEN, type LocritDb } from './db';
import type { Entities } from './entities';
import { shelved } from './entities/conversations';
import type { Body } from './parts';
import { type Ack, acksIn, type Queue } from './queue';
import { OPEN, type Range, withRange } from './ranges';
import { readKey } from './read-marks';
import { consecutive, entitiesIn, fingerprintOf, put } from './reducer';
import { load, save } from './rows';
import { type Steps, step } from './steps';
import { USED } from './storage-quota';
import type {
  Artifact,
  ChangeEvent,
  Concept,
  Conversation,
  KeptConcepts,
  Locrit,
  Memory,
  Message,
  MessageList,
} from './types';
import { rangesOf, type Windows } from './windows';

/** Some of a conversation. `head_seq` is the newest event it includes. */
export type MessagePage = MessageList;

type Edit =
  | CommandOf<'message.edit'>
  | CommandOf<'artifact.edit'>
  | CommandOf<'memory.edit'>
  | CommandOf<'concept.edit'>;

const EDITED = {
  'message.edit': 'messages',
  'artifact.edit': 'artifacts',
  'memory.edit': 'memories',
  'concept.edit': 'concepts',
} as const;

export interface CacheOptions {
  /** Whether a conversation is on the screen, and therefore stays. */
  isOpen: (conversationId: string) => boolean;
  /** Told when a conversation or a message was forgotten, here or elsewhere. */
  forgotten: (id: string) => void;
}

/** What is written of the server's truth, each within a transaction of the caller: see `Store`. */
export class Cache {
  constructor(
    private readonly db: LocritDb,
    private readonly queue: Queue,
    private readonly windows: Windows,
    private readonly options: CacheOptions,
  ) {}

  *apply(scope: string, events: readonly ChangeEvent[]): Steps<boolean> {
    const cursor = yield* this.cursor(scope);
    if (cursor === undefined) return events.length > 0;
    const { next, gap } = consecutive(cursor.seq, events);
    const last = next.at(-1);
    if (last === undefined) return gap;
    yield* this.put(entitiesIn(next));
    yield* this.confirm(acksIn(next));
    for (const event of next) {
      if (event.type === 'conversation.forgotten') yield* this.forget(event.entity_id);
      if (event.type === 'message.forgotten') yield* this.blank(event.entity_id, event.rev);
      if (event.type.endsWith('.forgotten')) yield* step(this.db.concept_lists.clear()); // they may say the words
      if (event.type === 'artifact.forgotten') yield* this.blankArtifact(event.entity_id, event.rev);
    }
    yield* step(this.db.cursors.put({ ...cursor, seq: last.seq, fingerprint: fingerprintOf(last) }));
    return gap;
  }

  *put(entities: Entities): Steps<void> {
    const before = yield* load(this.db, entities);
    const { messages = [], conversations = [], ...rest } = yield* save(this.db, before, put(before, entities));
    for (const message of messages) if (message.forgotten_at) yield* this.withdraw(message);
    for (const { id, forgotten_at } of rest.memories ?? []) if (forgotten_at) yield* this.clearQueue(memoryScope(id));
    for (const { id, forgotten_at } of rest.concepts ?? []) if (forgotten_at) yield* this.clearQueue(conceptScope(id));
    yield* this.startCounting(conversations.filter((row) => !before.conversations.has(row.conversation_id)));
  }

  /** Takes operations that the server has done out of the outbox. */
  *confirm(acks: readonly Ack[]): Steps<void> {
    const done = yield* this.queue.confirm(acks);
    if (done.length === 0) return;
    yield* step(this.db.meta.put({ key: 'lastSavedAt', value: Date.now() }));
    for (const { command } of done) if (isEdit(command)) yield* this.rebase(command);
  }

  *startAt(conversation: Conversation, { has_more, head_seq, ...page }: MessagePage): Steps<void> {
    const { conversation_id } = conversation;
    const scope = conversationScope(conversation_id);
    if ((yield* this.cursor(scope)) !== undefined) yield* this.drop(conversation_id);
    yield* this.put({ conversations: [conversation], ...rowsIn(page) });
    const from = has_more ? (page.messages[0]?.seq ?? 0) : 0;
    const seq = Math.min(head_seq, conversation.head_seq);
    yield* step(this.db.cursors.put({ scope, seq, base: seq, ranges: [{ from, to: OPEN }] }));
    this.windows.startOver(conversation_id);
  }

  *addPage(conversationId: string, { head_seq, ...page }: MessagePage, range: Range): Steps<boolean> {
    const cursor = yield* this.cursor(conversationScope(conversationId));
    if (cursor === undefined || head_seq < (cursor.base ?? 0)) return false;
    yield* this.put(rowsIn(page));
    yield* step(this.db.cursors.put({ ...cursor, ranges: withRange(rangesOf(cursor), range) }));
    return true;
  }

  *checkpoint(messageId: string, body: Body, idx: number): Steps<void> {
    const message = yield* step(this.db.messages.get(messageId));
    if (message?.status === 'streaming') yield* this.put({ messages: [{ ...message, ...body, idx }] });
  }

  *replaceLocrits(locrits: readonly Locrit[]): Steps<void> {
    const known = new Set(locrits.map((locrit) => locrit.id));
    const stored = yield* step(this.db.locrits.toArray());
    const gone = stored.flatMap(({ id, forgotten_at }) => (known.has(id) || forgotten_at ? [] : [id]));
    yield* step(this.db.locrits.bulkDelete(gone));
    for (const kept of [this.db.memories, this.db.concepts, this.db.concept_lists])
      yield* step(kept.where('locrit_id').anyOf(gone).delete());
    yield* this.put({ locrits });
  }

  /** What came meanwhile by itself is newer than the list, and stays; so does what it leaves out: what was thrown away or forgotten. */
  *replaceMemories(locritId: string, memories: readonly Memory[]): Steps<void> {
    const known = new Map(memories.map((memory) => [memory.id, memory]));
    const newest = memories.reduce((at, { updated_at }) => (updated_at > at ? updated_at : at), '');
    const stored = yield* step(this.db.memories.where('locrit_id').equals(locritId).toArray());
    const gone = stored.filter((row) => !known.has(row.id) && !row.deleted_at && row.updated_at <= newest);
    yield* step(this.db.memories.bulkDelete(gone.map((row) => row.id)));
    yield* this.put({ memories });
  }

  *replaceConcepts(list: KeptConcepts, decided: readonly Concept[]): Steps<void> {
    yield* step(this.db.concept_lists.put(list));
    yield* this.put({ concepts: decided });
  }

  *uncache(conversationId: string, row?: Conversation): Steps<void> {
    yield* this.drop(conversationId);
    yield* step(this.db.cursors.delete(conversationScope(conversationId)));
    if (row !== undefined) yield* step(this.db.conversations.put(shelved(row, false)));
  }

  *forget(conversationId: string): Steps<void> {
    const scope = conversationScope(conversationId);
    yield* this.dropMessages(conversationId);
    yield* step(this.db.cursors.delete(scope));
    yield* this.clearQueue(scope);
    yield* step(this.db.meta.bulkDelete([readKey(conversationId), USED + conversationId]));
    this.options.forgotten(conversationId);
  }

  *dropOutdated(isGivenBack: boolean): Steps<void> {
    if (!isGivenBack) yield* this.dropDecided();
    for (const { conversation_id, head_seq } of yield* step(this.db.conversations.toArray())) {
      const scope = conversationScope(conversation_id);
      if (this.options.isOpen(conversation_id) || (yield* this.cursor(scope))?.seq === head_seq) continue;
      yield* this.dropMessages(conversation_id);
      yield* step(this.db.cursors.delete(scope));
    }
  }

  /** But for stubs. */
  private *dropDecided(): Steps<void> {
    for (const kept of [this.db.memories, this.db.concepts])
      yield* step(kept.filter((row) => !row.forgotten_at).delete());
    yield* step(this.db.concept_lists.clear());
  }

  private cursor(scope: string): Steps<Cursor | undefined> {
    return step(this.db.cursors.get(scope));
  }

  /** Nothing that was still to be done to a forgotten message may bring it back. */
  private *withdraw({ message_id, conversation_id }: Message): Steps<void> {
    this.options.forgotten(message_id);
    const entries = this.db.outbox.where('queueKey').equals(conversationScope(conversation_id));
    yield* step(entries.and(({ command }) => subjectOf(command) === message_id).delete());
  }

  private clearQueue(queueKey: string): Steps<unknown> {
    return step(this.db.outbox.where('queueKey').equals(queueKey).delete());
  }

  /** Its conversation is not open: of the stub that takes its place, all but the content is known. */
  private *blank(messageId: string, rev: number): Steps<void> {
    this.options.forgotten(messageId);
    yield* this.markForgotten('message', messageId);
    yield* step(this.db.artifacts.where('message_id').equals(messageId).delete());
    const row = yield* step(this.db.messages.get(messageId));
    if (row === undefined || row.rev >= rev) return;
    const forgotten_at = new Date().toISOString();
    const nothing = { content: '', parts: undefined, metadata: {}, error: null, usage: null };
    yield* step(this.db.tool_results.where('message_id').equals(messageId).delete());
    yield* this.put({ messages: [{ ...row, ...nothing, rev, deleted_at: forgotten_at, forgotten_at }] });
  }

  /** Of what is not cached, or will not be for long, no stub is kept. */
  private markForgotten(kind: keyof typeof FORGOTTEN, id: string): Steps<unknown> {
    return step(this.db.meta.put({ key: FORGOTTEN[kind] + id, value: true }));
  }

  private *blankArtifact(id: string, rev: number): Steps<void> {
    yield* this.markForgotten('artifact', id);
    const row = yield* step(this.db.artifacts.get(id));
    if (row === undefined || row.rev >= rev) return;
    const { earlier: _, ...rest } = row;
    const forgotten_at = new Date().toISOString();
    const nothing = { name: '', language: '', content: '', css: '', metadata: {} };
    yield* this.put({ artifacts: [{ ...rest, ...nothing, rev, deleted_at: forgotten_at, forgotten_at }] });
  }

  private *drop(conversationId: string): Steps<void> {
    yield* this.dropMessages(conversationId);
    yield* step(this.db.conversations.delete(conversationId));
  }

  /** With what they made, and what they refer to. */
  private *dropMessages(id: string): Steps<void> {
    yield* step(this.db.messages.where('[conversation_id+seq]').between([id, 0], [id, Infinity]).delete());
    yield* step(this.db.artifacts.where('conversation_id').equals(id).delete());
    yield* step(this.db.tool_results.where('conversation_id').equals(id).delete());
  }

  /** A conversation counts as read up to the moment when this browser first heard of it. */
  private *startCounting(conversations: readonly Conversation[]): Steps<void> {
    if (conversations.length === 0) return;
    const marks = conversations.map((row) => ({ key: readKey(row.conversation_id), value: row.message_count }));
    const known = yield* step(this.db.meta.bulkGet(marks.map((mark) => mark.key)));
    yield* step(this.db.meta.bulkPut(marks.filter((_, index) => known[index] === undefined)));
  }

  /** Later edits of the same one were made on top of this one: they are not in conflict with it. */
  private *rebase(done: Edit): Steps<void> {
    const table = this.db.table<Message | Artifact | Memory | Concept>(EDITED[done.type]);
    const row = yield* step(table.get(subjectOf(done)));
    const entries = this.db.outbox.where('queueKey').equals(queueKey(done));
    const rebase = entries.modify(({ command }) => {
      if (command.type !== done.type || subjectOf(command) !== subjectOf(done)) return;
      if (command.rev === done.rev && row !== undefined) command.rev = row.rev;
    });
    yield* step(rebase);
  }
}

function isEdit(command: Command): command is Edit {
  return command.type in EDITED;
}

/** What a page brings, for the tables. */
function rowsIn({ messages, artifacts, tool_results }: Pick<MessagePage, 'messages' | 'artifacts' | 'tool_results'>) {
  return { messages, artifacts, tool_results };
}
