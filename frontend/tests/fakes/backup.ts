import type { FakeServer } from './server';

const KINDS = ['conversations', 'messages', 'locrits', 'tools', 'made', 'marks', 'memories', 'events', 'ops'] as const;
type Backup = Record<(typeof KINDS)[number] | 'decided', Map<string, unknown>>;

/** All that the server has. */
export function backupOf(server: FakeServer): Backup {
  const { conversations, messages, locrits, tools, made, marks, memories, events, ops, concepts } = server;
  const { decided } = concepts;
  return structuredClone({ conversations, messages, locrits, tools, made, marks, memories, events, ops, decided });
}

/** The server starts again on the data of a backup. */
export function rollBackTo(server: FakeServer, backup: Backup): void {
  for (const kind of KINDS) fill(server[kind] as Map<string, unknown>, backup[kind]);
  fill(server.concepts.decided as Map<string, unknown>, backup.decided);
}

function fill(rows: Map<string, unknown>, from: Map<string, unknown>): void {
  rows.clear();
  for (const [id, row] of from) rows.set(id, row);
}
