import type { Locrit } from '../../src/core/types';
import { refused, USER_SCOPE } from './refused';
import type { FakeServer } from './server';

/** By its name, by one that it had before, or by its id. */
export function named(server: FakeServer, name: string): Locrit {
  const known = [...server.locrits.values()];
  const former = () => known.find(({ former_names }) => former_names.includes(name));
  const found = server.locrits.get(name) ?? former() ?? known.find(({ id }) => id === name);
  if (found === undefined) throw refused(404, 'not_found');
  return found;
}

export function createLocrit(server: FakeServer, { op_id, ...fields }: Record<string, unknown>): Locrit {
  const name = String(fields.name);
  const others = [...server.locrits.values()];
  if (server.locrits.has(name) || others.some(({ id }) => id === fields.id)) throw refused(409, 'conflict');
  return server.addLocrit(name, fields, String(op_id));
}

export function deleteLocrit(server: FakeServer, name: string, op_id: unknown): Locrit {
  const current = named(server, name);
  const row: Locrit = { ...current, deleted_at: new Date().toISOString(), rev: current.rev + 1 };
  server.locrits.delete(current.name);
  server.inTrash.push(row);
  server.log(USER_SCOPE, 'locrit.deleted', row.id, row, String(op_id));
  return row;
}

export function editLocrit(server: FakeServer, name: string, { op_id, ...changes }: Record<string, unknown>): Locrit {
  const current = named(server, name);
  if (changes.rev !== undefined && changes.rev !== current.rev) throw refused(409, 'conflict', { current });
  if (server.locrits.has(String(changes.name)) && changes.name !== current.name) throw refused(409, 'conflict');
  const renamed = typeof changes.name === 'string' && changes.name !== current.name;
  const former_names = renamed ? [...current.former_names, current.name] : current.former_names;
  const row: Locrit = { ...current, ...changes, former_names, rev: current.rev + 1 };
  server.locrits.delete(current.name);
  server.locrits.set(row.name, row);
  server.log(USER_SCOPE, 'locrit.updated', row.id, row, String(op_id));
  return row;
}

export function forgetLocrit(server: FakeServer, current: Locrit): void {
  const forgotten_at = new Date().toISOString();
  const row = { ...current, name: '', system_prompt: '', deleted_at: forgotten_at, forgotten_at, rev: current.rev + 1 };
  server.locrits.delete(current.name);
  server.log(USER_SCOPE, 'locrit.forgotten', row.id, row, null);
}

/** What a browser uploads again: the newer revision counts, and what was forgotten stays so. */
export function takeLocrits(server: FakeServer, theirs: readonly Locrit[]) {
  for (const locrit of theirs) {
    const ours = [...server.locrits.values()].find(({ id }) => id === locrit.id);
    if ((ours?.rev ?? 0) >= locrit.rev) continue;
    if (locrit.forgotten_at) {
      if (ours) forgetLocrit(server, ours);
      continue;
    }
    if (ours) server.locrits.delete(ours.name);
    server.locrits.set(locrit.name, locrit);
    server.log(USER_SCOPE, 'locrit.updated', locrit.id, locrit, null);
  }
  return { locrits: [...server.locrits.values()], count: server.locrits.size, success: true };
}
