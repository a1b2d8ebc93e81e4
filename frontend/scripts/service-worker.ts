import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

const TEMPLATE = join(import.meta.dirname, '..', 'src', 'service-worker.js');
const PUBLIC = ['theme.js', 'favicon.svg'];

/** Other alphabets' fonts are loaded when a text needs them. Those of formulas are there without a network too. */
const PRECACHED = /\.(js|css)$|-latin-wght-normal.*\.woff2$|KaTeX_.*\.woff2$/;

/** What draws diagrams and runs components is much: it is fetched when the page has nothing else to do. */
const LATER = ['/chat/mermaid.ts', '/artifacts/jsx-runtime.ts?bundled'];

// Not vite-plugin-pwa: Workbox's worker has 26 kB instead of 8, in 325 packages, and what is ours here stays ours: files for
// later, and the page at `./`, whose content the server completes.
/** Writes `sw.js`: the template with the files of this build, and a name that changes when any of them does. */
export function serviceWorker(): Plugin {
  let outDir = 'dist';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    async writeBundle(_options, bundle) {
      const names = Object.keys(bundle).filter((name) => PRECACHED.test(name));
      const first = loadedFirst(bundle);
      const later = names.filter((name) => name.endsWith('.js') && !first.has(name)).sort();
      const files = ['./', ...[...names.filter((name) => !later.includes(name)), ...PUBLIC].sort()];
      const template = await readFile(TEMPLATE, 'utf8');
      const worker = template
        .replace("['__FILES__']", JSON.stringify(files))
        .replace("['__LATER__']", JSON.stringify(later))
        .replace('__CACHE__', await stamp(files));
      await writeFile(join(outDir, 'sw.js'), worker);
    },
  };

  async function stamp(files: string[]): Promise<string> {
    const hash = createHash('sha256');
    for (const file of files) hash.update(await readFile(join(outDir, file === './' ? 'index.html' : file)));
    return `locrit-${hash.digest('hex').slice(0, 16)}`;
  }
}

/** Every script that can be reached from the page without going through `LATER`. */
function loadedFirst(bundle: Rolldown.OutputBundle): Set<string> {
  const found = new Set<string>();
  const page = bundle['index.html'];
  const open = [...(page?.type === 'asset' ? String(page.source) : '').matchAll(/assets\/[^"]+\.js/g)].flat();
  if (open.length === 0) throw new Error('index.html names no script.');
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const file = bundle[name];
    if (file?.type !== 'chunk' || found.has(name) || LATER.some((late) => file.facadeModuleId?.endsWith(late)))
      continue;
    found.add(name);
    open.push(...file.imports, ...file.dynamicImports);
  }
  return found;
}
