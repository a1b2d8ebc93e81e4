import type { MarkdownIt } from 'markdown-it';

const TAG = /<(\/?)(br|kbd|sub|sup|mark|u|s|b|i|em|strong|del|ins) *\/?>/iy;

/** The few tags that mean something in prose, without attributes. All other HTML is text. Pairs are made in tree.ts. */
export function tags(md: MarkdownIt): void {
  md.inline.ruler.before('html_inline', 'tag', (state, silent) => {
    TAG.lastIndex = state.pos;
    const found = TAG.exec(state.src);
    if (!found) return false;
    if (!silent) {
      const token = state.push('tag', (found[2] ?? '').toLowerCase(), 0);
      token.content = found[0];
      token.info = found[1] ? 'close' : 'open';
    }
    state.pos += found[0].length;
    return true;
  });
}
