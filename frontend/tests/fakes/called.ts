import type { Artifact, Message, ToolAnswer, ToolResult } from '../../src/core/types';
import type { components } from '../../src/protocol.gen';
import { refused } from './refused';
import { anArtifact, aToolResult } from './rows';
import type { FakeServer } from './server';

type Schemas = components['schemas'];
interface Call {
  path: Record<string, string>;
  query: Record<string, unknown>;
  body: Record<string, unknown>;
}

/** What replies call and make, with the real server's rules. */
export function calledRoutes(server: FakeServer): Record<string, (call: Call) => unknown> {
  const made = ({ path }: Call) => known(server.made, path.artifact_id);
  return {
    'post /api/v2/tool-results/{tool_result_id}/answer': ({ path, body }) =>
      server.once(body, () => answer(server, known(server.tools, path.tool_result_id), body)),
    'get /api/v2/artifacts/{artifact_id}': made,
    'patch /api/v2/artifacts/{artifact_id}': (call) =>
      server.once(call.body, () => edit(server, made(call), call.body)),
    'delete /api/v2/artifacts/{artifact_id}': (call) =>
      server.once(call.query, () => throwAway(server, made(call), server.now(), call.query.op_id)),
    'post /api/v2/artifacts/{artifact_id}/restore': (call) =>
      server.once(call.query, () => throwAway(server, made(call), null, call.query.op_id)),
  };
}

/** A reply thinks, and calls a tool that asks first. */
export function callTool(server: FakeServer, reply: Message, id: string): void {
  const called = [
    { type: 'reasoning' as const, text: `hm of ${id}.` },
    { type: 'tool_call' as const, id },
  ];
  const { conversation_id, message_id, parts = [{ type: 'text' as const }] } = reply;
  saveTool(
    server,
    'tool_result.created',
    aToolResult({ id, conversation_id, message_id, arguments: { what: `deeds of ${id}.` } }),
  );
  server.save('message.updated', { ...reply, parts: [...called, ...(parts ?? [])], rev: reply.rev + 1 });
}

export function makeArtifact(server: FakeServer, { conversation_id, message_id }: Message, id: string): void {
  saveMade(server, 'artifact.created', anArtifact({ id, conversation_id, message_id, content: `page of ${id}.` }));
}

export function saveTool(
  server: FakeServer,
  type: Schemas['ToolResultChange']['type'],
  row: ToolResult,
  op_id?: unknown,
) {
  server.tools.set(row.id, row);
  server.log(`conversation:${row.conversation_id}`, type, row.id, row, op_id === undefined ? null : String(op_id));
  return row;
}

export function saveMade(server: FakeServer, type: Schemas['ArtifactChange']['type'], row: Artifact, op_id?: unknown) {
  server.made.set(row.id, row);
  server.log(`conversation:${row.conversation_id}`, type, row.id, row, op_id === undefined ? null : String(op_id));
  return row;
}

/** By itself: browsers in which its conversation is not open hear of it, too. */
export function forgetArtifact(server: FakeServer, row: Artifact): void {
  const forgotten_at = server.now();
  const left = { ...row, name: '', content: '', deleted_at: forgotten_at, forgotten_at, rev: row.rev + 1 };
  saveMade(server, 'artifact.forgotten', left);
  server.log('user:local', 'artifact.forgotten', row.id, { rev: left.rev }, null, {});
}

/** With their message. */
export function forgetRows(server: FakeServer, message_id: string, forgotten_at: string): void {
  for (const row of [...server.tools.values()].filter((one) => one.message_id === message_id))
    saveTool(server, 'tool_result.forgotten', {
      ...row,
      name: '',
      arguments: null,
      result: null,
      forgotten_at,
      rev: row.rev + 1,
    });
  for (const row of [...server.made.values()].filter((one) => one.message_id === message_id))
    saveMade(server, 'artifact.forgotten', {
      ...row,
      name: '',
      content: '',
      deleted_at: forgotten_at,
      forgotten_at,
      rev: row.rev + 1,
    });
  for (const events of server.events.values())
    for (const event of events) if (isOf(event.payload, message_id)) event.payload = {};
}

function isOf(payload: object, message_id: string): boolean {
  return (
    'message_id' in payload && payload.message_id === message_id && !('forgotten_at' in payload && payload.forgotten_at)
  );
}

function answer(server: FakeServer, row: ToolResult, { answer: given, op_id }: Call['body']): ToolResult {
  if (row.answer === given) return row;
  if (row.answer !== null || row.status !== 'pending') throw refused(409, 'conflict');
  const status = given === 'refuse' ? 'refused' : row.status;
  return saveTool(
    server,
    'tool_result.updated',
    { ...row, answer: given as ToolAnswer, status, rev: row.rev + 1 },
    op_id,
  );
}

function edit(server: FakeServer, row: Artifact, { op_id, rev, ...changes }: Call['body']): Artifact {
  if (row.forgotten_at) throw refused(410, 'forgotten');
  if (rev !== undefined && rev !== row.rev) throw refused(409, 'conflict', { current: row as never });
  return saveMade(
    server,
    'artifact.updated',
    { ...row, ...changes, rev: row.rev + 1, version: row.version + 1 },
    op_id,
  );
}

function throwAway(server: FakeServer, row: Artifact, deleted_at: string | null, op_id: unknown): Artifact {
  if (row.forgotten_at) throw refused(410, 'forgotten');
  if ((row.deleted_at === null) === (deleted_at === null)) return row;
  const type = deleted_at === null ? 'artifact.restored' : 'artifact.deleted';
  return saveMade(server, type, { ...row, deleted_at, rev: row.rev + 1 }, op_id);
}

function known<T>(rows: Map<string, T>, id: string | undefined): T {
  const found = rows.get(id ?? '');
  if (found === undefined) throw refused(404, 'not_found');
  return found;
}
