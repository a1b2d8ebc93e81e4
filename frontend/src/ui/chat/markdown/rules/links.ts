import type { MarkdownIt } from 'markdown-it';

const WWW = '//www.';
/** Longer addresses (characters) were not written to be followed. */
const LONGEST = 2_000;

/** Addresses without marks are links: of the web, with `www.` too, and of mail. README.md is no site of Moldova. */
export function links(md: MarkdownIt): void {
  md.linkify.set({ fuzzyLink: false });
  md.linkify.add('www.', {
    validate: (text, pos, self) => {
      const length = self.testSchemaAt(WWW + text.slice(pos, pos + LONGEST), 'http:', 0);
      return Math.max(length - WWW.length, 0);
    },
    normalize: (match) => {
      match.url = `http://${match.url}`;
    },
  });
}
