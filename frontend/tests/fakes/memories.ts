import type { Memory } from '../../src/core/types';
import { refused, USER_SCOPE } from './refused';
import type { FakeServer } from './server';

type Call = Record<'path' | 'body' | 'query', Record<string, unknown>>;

const ALL = '/api/v2/locrits/{name}/memory/memories';
const ONE = `${ALL}/{memory_id}`;

/** What Locrits remember beside conversations, with the real server's rules. */
export function memoryRoutes(server: FakeServer): Record<string, (call: Call) => unknown> {
  return {
    [`get ${ALL}`]: ({ path }) => ({
      memories: [...server.memories.values()].filter((row) => row.locrit_id === path.name && !row.deleted_at),
    }),
    [`post ${ALL}`]: ({ path, body }) => server.once(body, () => add(server, String(path.name), body)),
    [`get ${ONE}`]: ({ path }) => found(server, path),
    [`patch ${ONE}`]: ({ path, body }) => server.once(body, () => edit(server, found(server, path), body)),
    [`delete ${ONE}`]: ({ path, query }) =>
      server.once(query, () => change(server, found(server, path), { deleted_at: server.now() })),
    [`post ${ONE}/restore`]: ({ path, query }) =>
      server.once(query, () => change(server, found(server, path), { deleted_at: null })),
    [`post ${ONE}/forget`]: ({ path, body }) => server.once(body, () => forget(server, found(server, path))),
    'post /api/v2/sync/memories': ({ body }) => {
      for (const theirs of body.memories as Memory[]) take(server, theirs, server.memories.get(theirs.id));
      return { success: true };
    },
  };
}

function found(server: FakeServer, { memory_id }: Call['path']): Memory {
  const row = server.memories.get(String(memory_id));
  if (row === undefined) throw refused(404, 'not_found');
  return row;
}

function add(server: FakeServer, locrit_id: string, { memory_id, op_id: _, ...fields }: Call['body']): Memory {
  const now = server.now();
  const row = { ...NEW, ...fields, id: String(memory_id), locrit_id, created_at: now, updated_at: now };
  return save(server, row as unknown as Memory, 'memory.created');
}

function edit(server: FakeServer, row: Memory, { op_id: _, rev, ...changes }: Call['body']): Memory {
  if (rev !== undefined && rev !== row.rev) throw refused(409, 'conflict', { current: row });
  return change(server, row, changes);
}

function change(server: FakeServer, row: Memory, changes: Partial<Memory>): Memory {
  return save(server, { ...row, ...changes, rev: row.rev + 1, updated_at: server.now() }, 'memory.updated');
}

function forget(server: FakeServer, row: Memory): Memory {
  const now = server.now();
  for (const event of server.events.get(USER_SCOPE) ?? []) if (event.entity_id === row.id) event.payload = {};
  const stub = { ...row, content: '', deleted_at: now, forgotten_at: now, rev: row.rev + 1, updated_at: now };
  return save(server, stub, 'memory.forgotten');
}

function take(server: FakeServer, theirs: Memory, ours?: Memory): void {
  if (ours?.forgotten_at) return;
  if (ours && theirs.forgotten_at) forget(server, ours);
  else if (theirs.rev > (ours?.rev ?? 0)) save(server, theirs, 'memory.updated');
}

function save(server: FakeServer, row: Memory, type: `memory.${'created' | 'updated' | 'forgotten'}`): Memory {
  server.memories.set(row.id, row);
  server.log(USER_SCOPE, type, row.id, row, null);
  return row;
}

const NEW = {
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
