import type { MarkdownIt } from 'markdown-it';

const RUN = /~{3,}/y;

/** Two tildes strike text out; one means about, and more are no mark. */
export function tildes(md: MarkdownIt): void {
  md.inline.ruler.before('strikethrough', 'tildes', (state, silent) => {
    RUN.lastIndex = state.pos;
    const [run] = RUN.exec(state.src) ?? [];
    if (!run || state.src[state.pos - 1] === '~') return false;
    if (!silent) state.pending += run;
    state.pos += run.length;
    return true;
  });
}
