import type { Locrit } from '../../src/core/types';
import { type FakeServer, refused, USER_SCOPE } from './server';

/** By its name, or by one that it had before. */
export function named(server: FakeServer, name: string): Locrit {
  const former = () => [...server.locrits.values()].find(({ former_names }) => former_names.includes(name));
  const found = server.locrits.get(name) ?? former();
  if (found === undefined) throw refused(404, 'not_found');
  return found;
}

export function editLocrit(server: FakeServer, name: string, { op_id, ...changes }: Record<string, unknown>): Locrit {
  const current = named(server, name);
  const renamed = typeof changes.name === 'string' && changes.name !== current.name;
  const former_names = renamed ? [...current.former_names, current.name] : current.former_names;
  const row: Locrit = { ...current, ...changes, former_names, rev: current.rev + 1 };
  server.locrits.delete(current.name);
  server.locrits.set(row.name, row);
  server.log(USER_SCOPE, 'locrit.updated', row.id, row, String(op_id));
  return row;
}

/** What a browser gives back: the newer revision counts. */
export function takeLocrits(server: FakeServer, theirs: readonly Locrit[]) {
  for (const locrit of theirs) {
    const ours = [...server.locrits.values()].find(({ id }) => id === locrit.id);
    if ((ours?.rev ?? 0) >= locrit.rev) continue;
    if (ours) server.locrits.delete(ours.name);
    server.locrits.set(locrit.name, locrit);
    server.log(USER_SCOPE, 'locrit.updated', locrit.id, locrit, null);
  }
  return { locrits: [...server.locrits.values()], count: server.locrits.size, success: true };
}
