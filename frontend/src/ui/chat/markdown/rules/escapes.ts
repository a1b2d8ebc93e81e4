import type { MarkdownIt, StateInline } from 'markdown-it';

const BACKSLASH = 0x5c;
const PATH = /[^\s"'<>|`,;()[\]]*/y;

/**
 * Backslashes that escape nothing: in paths of Windows, before a formula's bracket that has no other, and before signs that
 * are no marks, as in TeX and in regular expressions. CommonMark drops the last.
 */
export function escapes(md: MarkdownIt): void {
  md.inline.ruler.before('escape', 'backslash', (state, silent) => {
    if (state.src.charCodeAt(state.pos) !== BACKSLASH) return false;
    const kept = pathAt(state) ?? /^\\[(){}"%',/:;=?@^]/.exec(state.src.slice(state.pos, state.pos + 2))?.[0];
    if (!kept) return false;
    if (!silent) state.pending += kept;
    state.pos += kept.length;
    return true;
  });
}

/** The rest of `C:\dir\*.txt` or `\\server\share` from its first backslash on. */
function pathAt({ src, pos }: StateInline): string | undefined {
  const drive = /(^|[^A-Za-z0-9])[A-Za-z]:$/.test(src.slice(Math.max(0, pos - 3), pos));
  const share =
    /(^|\s)$/.test(src.slice(Math.max(0, pos - 1), pos)) && /^\\\\[A-Za-z0-9]/.test(src.slice(pos, pos + 3));
  if (!drive && !share) return undefined;
  PATH.lastIndex = pos;
  return PATH.exec(src)?.[0].replace(/[*_~]+$/, '');
}
