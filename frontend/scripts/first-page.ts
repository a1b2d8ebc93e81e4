import { resolve } from 'node:path';

interface Modules {
  getModuleInfo(id: string): { importedIds: string[] } | null;
}

/** Names the one file of all that the page needs to begin: else each piece that a later page shares is a file of its own. */
export function firstPage(): (id: string, modules: Modules) => string | null {
  const needed = new Set<string>();
  return (id, modules) => {
    if (needed.size === 0) follow(resolve('index.html'), modules, needed);
    return needed.has(id) ? 'first' : null;
  };
}

function follow(id: string, modules: Modules, found: Set<string>): void {
  if (found.has(id)) return;
  found.add(id);
  for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) follow(imported, modules, found);
}
