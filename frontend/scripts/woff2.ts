import type { Plugin } from 'vite';

const OLDER = /,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["'](?:woff|truetype)["']\)/g;

/** KaTeX brings each font in three formats. Every browser that we run in reads the first. */
export function woff2Only(): Plugin {
  return {
    name: 'woff2-only',
    enforce: 'pre',
    transform: (code, id) => (/katex.*\.css$/.test(id) ? code.replace(OLDER, '') : undefined),
  };
}
