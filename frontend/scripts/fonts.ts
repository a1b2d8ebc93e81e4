import type { Plugin } from 'vite';

const OLDER = /,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["'](?:woff|truetype)["']\)/g;

/**
 * Contextual alternates draw other signs than were written (`->` as an arrow, the x of 3x4 as a cross), and Inter's take
 * seconds for 40 kB of brackets without a break. They are off for our own fonts: other scripts need those of theirs.
 */
const AS_WRITTEN = '@font-face {\n  font-feature-settings: "calt" 0;';

/** KaTeX brings each font in three formats. Every browser that we run in reads the first. */
export function fonts(): Plugin {
  return {
    name: 'fonts',
    enforce: 'pre',
    transform(code, id) {
      if (/katex.*\.css$/.test(id)) return code.replace(OLDER, '');
      if (/@fontsource.*\.css$/.test(id)) return code.replaceAll('@font-face {', AS_WRITTEN);
    },
  };
}
