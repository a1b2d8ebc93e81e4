import type { Entities, Rows } from '../entities';
import type { Memory, MemoryChanges, MemoryFields } from '../types';
import type { CommandKind, Earlier } from './kind';

interface OfMemory {
  memory_id: string;
  locrit_id: string;
}

export interface SaveMemory extends OfMemory {
  type: 'memory.save';
  fields: MemoryFields;
}
export interface EditMemory extends OfMemory {
  type: 'memory.edit';
  changes: MemoryChanges;
  /** Missing where it goes over whatever it says by then. */
  rev?: number;
}
export interface DeleteMemory extends OfMemory {
  type: 'memory.delete';
}
export interface RestoreMemory extends OfMemory {
  type: 'memory.restore';
}

export const MEMORIES = '/api/v2/locrits/{name}/memory/memories';
export const MEMORY = `${MEMORIES}/{memory_id}` as const;

/** Each has a queue of its own: what is refused of one keeps no other waiting. */
export function memoryScope(memoryId: string): string {
  return `memory:${memoryId}`;
}

const onMemory = {
  queueKey: ({ memory_id }: OfMemory) => memoryScope(memory_id),
  subject: ({ memory_id }: OfMemory) => memory_id,
  dependsOn: ({ memory_id, locrit_id }: OfMemory, { creates, subject }: Earlier) =>
    creates.includes(locrit_id) || subject === memory_id,
  crossesQueues: true as const,
};

export const saveMemory: CommandKind<SaveMemory> = {
  ...onMemory,
  async perform({ api }, { memory_id, locrit_id, fields }, op_id) {
    const params = { path: { name: locrit_id } };
    return { memories: [await api.post(MEMORIES, { params, body: { ...fields, memory_id, op_id } })] };
  },
  optimistic: (_, { command: { memory_id: id, locrit_id, fields }, created_at }) => ({
    memories: [{ ...NEW, ...fields, id, locrit_id, created_at, updated_at: created_at }],
  }),
  creates: ({ memory_id }) => [memory_id],
};

export const editMemory: CommandKind<EditMemory> = {
  ...onMemory,
  async perform({ api }, { changes, rev, ...command }, op_id) {
    const body = { ...changes, op_id, ...(rev !== undefined && { rev }) };
    return { memories: [await api.patch(MEMORY, { params: memoryAt(command), body })] };
  },
  optimistic: (rows, { command, created_at }) => changed(rows, command, { ...command.changes, updated_at: created_at }),
};

export const deleteMemory: CommandKind<DeleteMemory> = {
  ...onMemory,
  async perform({ api }, command, op_id) {
    await api.delete(MEMORY, { params: { ...memoryAt(command), query: { op_id } } });
    return { memories: [await api.get(MEMORY, { params: memoryAt(command) })] };
  },
  optimistic: (rows, { command, created_at }) => changed(rows, command, { deleted_at: created_at }),
};

export const restoreMemory: CommandKind<RestoreMemory> = {
  ...onMemory,
  async perform({ api }, command, op_id) {
    const params = { ...memoryAt(command), query: { op_id } };
    return { memories: [await api.post(`${MEMORY}/restore`, { params })] };
  },
  optimistic: (rows, { command }) => changed(rows, command, { deleted_at: null }),
};

export function memoryAt({ memory_id, locrit_id: name }: OfMemory) {
  return { path: { name, memory_id } };
}

/** What a refused one was to say, as far as it tells. */
export function rememberedIn(command: object): string {
  const { fields, changes } = command as { fields?: Partial<MemoryFields>; changes?: MemoryChanges };
  return fields?.content ?? changes?.content ?? ('name' in command ? String(command.name) : '');
}

const NEW: Omit<Memory, 'id' | 'locrit_id' | 'content' | 'created_at' | 'updated_at'> = {
  importance: 0.5,
  tags: [],
  pinned: false,
  metadata: {},
  valid_from: null,
  valid_to: null,
  origin: 'person',
  suggested: false,
  sources: [],
  replaces: null,
  rev: 1,
  deleted_at: null,
  forgotten_at: null,
};

/** Nothing, of one that is not known. */
function changed(rows: Rows, { memory_id }: OfMemory, changes: Partial<Memory>): Entities {
  const row = rows.memories.get(memory_id);
  return row ? { memories: [{ ...row, ...changes, rev: row.rev + 1 }] } : {};
}
