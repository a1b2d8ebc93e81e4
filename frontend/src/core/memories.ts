import { v7 as uuid } from 'uuid';
import type { OutboxEntry } from './commands';
import { MEMORIES, MEMORY, memoryAt } from './commands/memories';
import { NO_ROWS, put } from './rows';
import { latestBy, withPending } from './shown-rows';
import { steps } from './steps';
import type { Store } from './store';
import type { Transport } from './transport';
import type { ExtractionProgress, Memory, MemoryChanges, MemoryFields, MemoryRow } from './types';

/** The server tells no more of a Locrit's. */
const MOST_MEMORIES = 1000;
const NOTHING_WAITS: ExtractionProgress = { waiting: 0, problem: null, next_try_at: null };

/** What is remembered beside the conversations, as far as it was loaded. What needs the server throws `ApiError`. */
export interface Memories {
  /** A live read: those on top first, then the newest first; without those in the trash. */
  of(locritId: string): Promise<MemoryRow[]>;
  /** Asks the server for them, and how far the search for facts is. */
  load(locritId: string): Promise<ExtractionProgress>;
  /** Has facts looked for again where that has failed. */
  retryExtraction(locritId: string): Promise<void>;
  add(locritId: string, fields: MemoryFields): Promise<void>;
  /** `rev` of the memory is the revision that was edited. */
  edit(memory: Memory, changes: MemoryChanges): Promise<void>;
  /** An edit that was refused goes over what the memory says now; that stays as a version. */
  insist(opId: string): Promise<void>;
  delete(memory: Memory): Promise<void>;
  restore(memory: Memory): Promise<void>;
  /** Destroys what it said: ask first, it cannot be undone. */
  forget(memory: Memory): Promise<void>;
}

/** What a Locrit remembers beside the conversations: read from this browser, changed through its outbox. */
export class StoredMemories implements Memories {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  async of(locritId: string): Promise<MemoryRow[]> {
    const { db, queue } = this.store;
    const [stored, entries] = await db.transaction('r', [db.memories, db.outbox], () =>
      steps(db.memories.where('locrit_id').equals(locritId).toArray(), queue.pending()),
    );
    const mine = entries.filter(({ command }) => 'memory_id' in command && command.locrit_id === locritId);
    return memoryRows(stored, mine);
  }

  async load(locritId: string): Promise<ExtractionProgress> {
    const params = { path: { name: locritId }, query: { state: 'any' as const, limit: MOST_MEMORIES } };
    const { memories, extraction } = await this.transport.api.get(MEMORIES, { params });
    await this.store.cache.replaceMemories(locritId, memories);
    return extraction ?? NOTHING_WAITS;
  }

  async retryExtraction(locritId: string): Promise<void> {
    const params = { path: { name: locritId } };
    await this.transport.api.post('/api/v2/locrits/{name}/memory/extraction/retry', { params });
  }

  async add(locrit_id: string, fields: MemoryFields): Promise<void> {
    await this.store.queue.add({ type: 'memory.save', memory_id: uuid(), locrit_id, fields });
  }

  async edit(row: Memory, changes: MemoryChanges): Promise<void> {
    await this.store.queue.add({ type: 'memory.edit', ...at(row), changes, rev: row.rev });
  }

  async insist(opId: string): Promise<void> {
    const refused = (await this.store.queue.pending()).find((entry) => entry.op_id === opId);
    if (refused?.command.type !== 'memory.edit') return;
    const { rev: _, ...command } = refused.command;
    await this.store.queue.add(command);
    await this.store.queue.discard(opId);
  }

  async delete(row: Memory): Promise<void> {
    await this.store.queue.add({ type: 'memory.delete', ...at(row) });
  }

  async restore(row: Memory): Promise<void> {
    await this.store.queue.add({ type: 'memory.restore', ...at(row) });
  }

  async forget(row: Memory): Promise<void> {
    const body = { confirm: true as const, op_id: uuid() };
    const stub = await this.transport.api.post(`${MEMORY}/forget`, { params: memoryAt(at(row)), body });
    await this.store.cache.put({ memories: [stub] });
  }
}

function at({ id: memory_id, locrit_id }: Memory) {
  return { memory_id, locrit_id };
}

/** Without those in the trash, those on top first, then the newest first. */
function memoryRows(stored: readonly Memory[], entries: readonly OutboxEntry[]): MemoryRow[] {
  const rows = put(NO_ROWS, { memories: stored });
  const pending = latestBy(entries, ({ command }) => ('memory_id' in command ? command.memory_id : undefined));
  return [...withPending(rows, entries).memories.values()]
    .filter((row) => !row.deleted_at)
    .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.created_at.localeCompare(a.created_at))
    .map((row) => {
      const { state = 'saved' as const, op_id: opId, problem } = pending.get(row.id) ?? {};
      return { ...row, state, opId, problem, base: rows.memories.get(row.id) ?? row };
    });
}
