import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

const TEMPLATE = join(import.meta.dirname, '..', 'src', 'service-worker.js');
const PUBLIC = ['theme.js', 'favicon.svg'];

/** Other alphabets' fonts are loaded when a text needs them. Those of formulas are there without a network too. */
const PRECACHED = /\.(js|css)$|-latin-wght-normal.*\.woff2$|KaTeX_.*\.woff2$/;

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
      const files = ['./', ...[...names, ...PUBLIC].sort()];
      const template = await readFile(TEMPLATE, 'utf8');
      const worker = template.replace("['__FILES__']", JSON.stringify(files)).replace('__CACHE__', await stamp(files));
      await writeFile(join(outDir, 'sw.js'), worker);
    },
  };

  async function stamp(files: string[]): Promise<string> {
    const hash = createHash('sha256');
    for (const file of files) hash.update(await readFile(join(outDir, file === './' ? 'index.html' : file)));
    return `locrit-${hash.digest('hex').slice(0, 16)}`;
  }
}
