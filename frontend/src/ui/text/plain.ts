const MARKS: [RegExp, string][] = [
  [/^[ \t]*(```|~~~).*$/gm, ''], // the fences of code, not the code
  [/^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(\|[ \t:-]*)*$/gm, ''], // rules, and the line under a table's head
  [/^[ \t]{0,3}(#{1,6}[ \t]+|(>[ \t]?)+)/gm, ''],
  [/^([ \t]*)[*+-][ \t]+/gm, '$1• '],
  [/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1'],
  [/(\*\*|__|~~)(?=\S)([^\n]*?\S)\1/g, '$2'],
  [/(^|[^\p{L}\p{N}*_])([*_])(?=[^\s*_])([^\n*_]*[^\s*_])\2(?![\p{L}\p{N}])/gmu, '$1$3'],
  [/`([^`\n]+)`/g, '$1'],
  [/^[ \t]*\|[ \t]*(.*?)[ \t]*\|[ \t]*$/gm, '$1'],
  [/\n{3,}/g, '\n\n'],
];

/** Markdown as one would read it aloud, for places where it is not set: without its marks, with its words. */
export function plainText(markdown: string): string {
  return MARKS.reduce((text, [mark, instead]) => text.replace(mark, instead), markdown).trim();
}
