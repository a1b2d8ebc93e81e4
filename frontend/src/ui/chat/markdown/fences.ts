const FENCE = /^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}(?=[^`]*$)|~{3,})(.*)$/;

interface Fence {
  line: number;
  mark: string;
  info: string;
}

/**
 * Models put code with fences into code with fences of the same length. CommonMark ends the outer one at the end of the
 * inner one. Here the outer fences are made longer where an inner one is opened by its language and all are closed, or
 * where the outer one says that it is Markdown.
 */
export function widenOuterFences(markdown: string): string {
  if (!/^[ \t>]*[`~]{3}/m.test(markdown)) return markdown;
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const outer = fenceAt(lines, at);
    if (outer) at = widen(lines, outer) - 1;
  }
  return lines.join('\n');
}

function fenceAt(lines: string[], line: number): Fence | undefined {
  const [, , mark, info] = FENCE.exec(lines[line] ?? '') ?? [];
  return mark ? { line, mark, info: (info ?? '').trim() } : undefined;
}

/** Returns the line behind the block. */
function widen(lines: string[], outer: Fence): number {
  const nested = closing(lines, outer, true);
  const plain = closing(lines, outer, false);
  const whole = nested.line < lines.length || /^(markdown|md|mdx)\b/i.test(outer.info);
  if (!nested.longest || !whole) return plain.line + 1;
  const mark = (outer.mark[0] ?? '`').repeat(nested.longest + 1);
  for (const line of [outer.line, nested.line]) {
    if (line < lines.length) lines[line] = (lines[line] ?? '').replace(/`{3,}|~{3,}/, mark);
  }
  return nested.line + 1;
}

/** The line that closes a fence, and the longest mark of the fences within that could be taken for its end. */
function closing(lines: string[], outer: Fence, nests: boolean): { line: number; longest: number } {
  let depth = 0;
  let longest = 0;
  for (let line = outer.line + 1; line < lines.length; line++) {
    const fence = fenceAt(lines, line);
    if (!fence?.mark.startsWith(outer.mark)) continue;
    if (fence.info && nests) depth++;
    else if (!fence.info && depth-- === 0) return { line, longest };
    if (nests) longest = Math.max(longest, fence.mark.length);
  }
  return { line: lines.length, longest };
}
