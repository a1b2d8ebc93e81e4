import type { FakeServer } from './server';

const KINDS = ['conversations', 'messages', 'locrits', 'tools', 'made', 'marks', 'memories', 'events', 'ops'] as const;
type Backup = Record<(typeof KINDS)[number], Map<string, unknown>>;

/** All that the server has. */
export function backupOf(server: FakeServer): Backup {
  const { conversations, messages, locrits, tools, made, marks, memories, events, ops } = server;
  return structuredClone({ conversations, messages, locrits, tools, made, marks, memories, events, ops });
}

/** The server starts again on the data of a backup. */
export function rollBackTo(server: FakeServer, backup: Backup): void {
  for (const kind of KINDS) {
    const rows = server[kind] as Map<string, unknown>;
    rows.clear();
    for (const [id, row] of backup[kind]) rows.set(id, row);
  }
}
