import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { bundleOf } from './bundled.ts';

const ENTRY = join(import.meta.dirname, '..', 'src', 'ui', 'visitor', 'main.ts');

/** Writes `public-page/page.js`, the one script of the pages that visitors see: apart from the application's, which they never load. */
export function visitorPage(): Plugin {
  let outDir = 'dist';
  return {
    name: 'visitor-page',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    async writeBundle() {
      await mkdir(join(outDir, 'public-page'), { recursive: true });
      await writeFile(join(outDir, 'public-page', 'page.js'), await bundleOf(ENTRY));
    },
  };
}
