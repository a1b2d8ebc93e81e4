import { type Command, type CommandOf, queueKey, subjectOf } from './commands';
import { conversationScope } from './commands/conversations';
import type { Cursor, LocritDb } from './db';
import { type Entities, entitiesIn } from './entities';
import { shelved } from './entities/conversations';
import type { Body } from './parts';
import { type Ack, acksIn, type Queue } from './queue';
import { OPEN, type Range, withRange } from './ranges';
import { idsIn, StoredRows } from './rows';
import { type Steps, step } from './steps';
import { dropMessages, type StorageQuota } from './storage-quota';
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

/** What is kept of the server's truth. Each method is one transaction. */
export class Cache {
  private readonly rows: StoredRows;

  constructor(
    private readonly db: LocritDb,
    private readonly queue: Queue,
    private readonly quota: StorageQuota,
    private readonly windows: Windows,
    private readonly options: CacheOptions,
  ) {
    this.rows = new StoredRows(db, options.forgotten);
  }

  /** Applies what continues the scope; true when events are missing in between. Events of a scope never loaded are a gap. */
  apply(scope: string, events: readonly ChangeEvent[]): Promise<boolean> {
    const { db, rows } = this;
    const here = this;
    function* apply(): Steps<boolean> {
      const cursor = yield* step(db.cursors.get(scope));
      if (cursor === undefined) return events.length > 0;
      const { next, gap } = consecutive(cursor.seq, events);
      const last = next.at(-1);
      if (last === undefined) return gap;
      yield* rows.save(entitiesIn(next));
      yield* here.confirm(acksIn(next));
      for (const event of next) yield* rows.forgetAfter(event);
      yield* step(db.cursors.put({ ...cursor, seq: last.seq, fingerprint: fingerprintOf(last) }));
      return gap;
    }
    return this.quota.write(apply, db.tables, { name: scope });
  }

  /**
   * Stores rows, and takes the operations that they prove done out of the outbox. A full browser does only the latter:
   * the rows come again with their events.
   */
  put(entities: Entities, done: readonly string[] = []): Promise<void> {
    const { db, rows } = this;
    const here = this;
    function* both(): Steps<void> {
      yield* rows.save(entities);
      yield* here.confirm(done.map((op_id) => ({ op_id })));
    }
    function* gone(): Steps<void> {
      yield* step(db.outbox.where('op_id').anyOf(done).delete());
    }
    const otherwise = done.length > 0 ? () => db.transaction('rw', db.tables, gone) : undefined;
    return this.quota.write(both, db.tables, { name: `rows ${idsIn(entities)}`, otherwise });
  }

  /** Starts a scope over at a state of the server that includes every event up to `seq`. */
  reset(cursor: Cursor): Promise<unknown> {
    return this.quota.write(() => step(this.db.cursors.put(cursor)), [this.db.cursors], { name: cursor.scope });
  }

  /**
   * Starts a conversation over from its newest page. What was cached may have been changed or forgotten since, and goes;
   * it is loaded again on demand. What one of the two was too early to include comes again with its event.
   */
  startAt(conversation: Conversation, { has_more, head_seq, ...page }: MessagePage): Promise<void> {
    const { conversation_id } = conversation;
    const scope = conversationScope(conversation_id);
    const { db, rows, windows } = this;
    function* start(): Steps<void> {
      if ((yield* step(db.cursors.get(scope))) !== undefined) yield* rows.drop(conversation_id);
      yield* rows.save({ conversations: [conversation], ...rowsIn(page) });
      const from = has_more ? (page.messages[0]?.seq ?? 0) : 0;
      const seq = Math.min(head_seq, conversation.head_seq);
      yield* step(db.cursors.put({ scope, seq, base: seq, ranges: [{ from, to: OPEN }] }));
      windows.startOver(conversation_id);
    }
    return this.quota.write(start, db.tables, { name: scope });
  }

  /** Another page, the whole of `range`. False when the cache was started over after it was asked for. */
  addPage(conversationId: string, { head_seq, ...page }: MessagePage, range: Range): Promise<boolean> {
    const { db, rows } = this;
    function* add(): Steps<boolean> {
      const cursor = yield* step(db.cursors.get(conversationScope(conversationId)));
      if (cursor === undefined || head_seq < (cursor.base ?? 0)) return false;
      yield* rows.save(rowsIn(page));
      yield* step(db.cursors.put({ ...cursor, ranges: withRange(rangesOf(cursor), range) }));
      return true;
    }
    return this.quota.write(add, db.tables, { name: `page ${range.from} ${conversationId}` });
  }

  /** Keeps the text of a running reply; one that has ended meanwhile, or reaches further, stays as it is. */
  checkpoint(messageId: string, body: Body, idx: number): Promise<void> {
    const { db, rows } = this;
    function* keep(): Steps<void> {
      const message = yield* step(db.messages.get(messageId));
      if (message?.status === 'streaming') yield* rows.save({ messages: [{ ...message, ...body, idx }] });
    }
    return this.quota.write(keep, db.tables, { name: messageId });
  }

  /** The server knows other Locrits no more: the list is the whole truth. */
  replaceLocrits(locrits: readonly Locrit[]): Promise<void> {
    const known = new Set(locrits.map((locrit) => locrit.id));
    const { db, rows } = this;
    function* replace(): Steps<void> {
      const stored = yield* step(db.locrits.toArray());
      const gone = stored.flatMap(({ id, forgotten_at }) => (known.has(id) || forgotten_at ? [] : [id]));
      yield* step(db.locrits.bulkDelete(gone));
      for (const kept of [db.memories, db.concepts, db.concept_lists])
        yield* step(kept.where('locrit_id').anyOf(gone).delete());
      yield* rows.save({ locrits });
    }
    return this.quota.write(replace, db.tables, { name: 'locrits' });
  }

  /**
   * The list is the whole truth of what this Locrit remembers. What came meanwhile by itself is newer, and stays; so does
   * what it leaves out: what was thrown away or forgotten.
   */
  replaceMemories(locritId: string, memories: readonly Memory[]): Promise<void> {
    const known = new Set(memories.map((memory) => memory.id));
    const newest = memories.reduce((at, { updated_at }) => (updated_at > at ? updated_at : at), '');
    const { db, rows } = this;
    function* replace(): Steps<void> {
      const stored = yield* step(db.memories.where('locrit_id').equals(locritId).toArray());
      const gone = stored.filter((row) => !known.has(row.id) && !row.deleted_at && row.updated_at <= newest);
      yield* step(db.memories.bulkDelete(gone.map((row) => row.id)));
      yield* rows.save({ memories });
    }
    return this.quota.write(replace, db.tables, { name: `memories ${locritId}` });
  }

  /** The list, and what was decided by then. */
  replaceConcepts(list: KeptConcepts, decided: readonly Concept[]): Promise<void> {
    const { db, rows } = this;
    function* replace(): Steps<void> {
      yield* step(db.concept_lists.put(list));
      yield* rows.save({ concepts: decided });
    }
    return this.quota.write(replace, db.tables, { name: `concepts ${list.locrit_id}` });
  }

  /** The conversation is in the trash, or does not exist any more (no `row`). What waits in the outbox stays there. */
  uncache(conversationId: string, row?: Conversation): Promise<void> {
    const { db, rows } = this;
    return this.quota.write(function* () {
      yield* rows.drop(conversationId);
      yield* step(db.cursors.delete(conversationScope(conversationId)));
      if (row !== undefined) yield* step(db.conversations.put(shelved(row, false)));
    });
  }

  /** Leaves nothing of what was said in a conversation, nor of what was still to be said in it. */
  forget(conversationId: string): Promise<void> {
    return this.quota.write(() => this.rows.forget(conversationId));
  }

  /**
   * After a long absence nobody tells what was forgotten: what is cached of conversations in which something happened since
   * goes. What is on the screen catches up by itself, the rest is loaded again on demand. What was decided stays where the
   * server has just got it from here.
   */
  dropOutdated(isGivenBack = false): Promise<void> {
    const { db, rows, options } = this;
    return this.quota.write(function* () {
      if (!isGivenBack) yield* rows.dropDecided();
      for (const { conversation_id, head_seq } of yield* step(db.conversations.toArray())) {
        const scope = conversationScope(conversation_id);
        if (options.isOpen(conversation_id) || (yield* step(db.cursors.get(scope)))?.seq === head_seq) continue;
        yield* dropMessages(db, conversation_id);
        yield* step(db.cursors.delete(scope));
      }
    });
  }

  /** Takes operations that the server has done out of the outbox. */
  private *confirm(acks: readonly Ack[]): Steps<void> {
    const done = yield* this.queue.confirm(acks);
    if (done.length === 0) return;
    yield* step(this.db.meta.put({ key: 'lastSavedAt', value: Date.now() }));
    for (const { command } of done) if (isEdit(command)) yield* this.rebase(command);
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

/** Tells an event from any other in its place of another history. */
export const fingerprintOf = ({ entity_id, rev, op_id }: ChangeEvent) => `${entity_id} ${rev} ${op_id}`;

/** The events that continue after `last`, in order; `gap` when one between them is missing. Older ones are left out. */
export function consecutive<E extends { seq: number }>(
  last: number,
  events: readonly E[],
): { next: E[]; gap: boolean } {
  const next: E[] = [];
  for (const event of [...events].sort((a, b) => a.seq - b.seq)) {
    const reached = last + next.length;
    if (event.seq === reached + 1) next.push(event);
    else if (event.seq > reached) return { next, gap: true };
  }
  return { next, gap: false };
}
