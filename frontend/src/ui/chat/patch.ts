export interface DiffPart {
  kind: 'head' | 'place' | 'added' | 'removed' | 'same';
  /** Neighbouring lines of a kind, with their signs and their line ends. */
  text: string;
}

const LANGUAGES = ['diff', 'patch', 'udiff'];
const HUNK = /^@@ -\d+(,\d+)? \+\d+(,\d+)? @@/;
const HEAD =
  /^(diff |index [0-9a-f]+\.\.|(new|deleted) file mode |(old|new) mode |similarity index |(rename|copy) (from|to) |Binary files )/;

/** Whether it is a unified diff: its fence says so, or has no language and holds one. */
export function isDiff(language: string, code: string): boolean {
  return LANGUAGES.includes(language) || (language === '' && (/^diff --git /.test(code) || hasHunk(code)));
}

const hasHunk = (code: string) => code.includes('@@ -') && code.split('\n').some((line) => HUNK.test(line));

/** All of the text, in the order it has, by what its lines say. */
export function partsOf(code: string): DiffPart[] {
  const lines = code.split(/(?<=\n)/);
  const parts: DiffPart[] = [];
  let began = false;
  lines.forEach((text, at) => {
    const kind = startsFile(lines, at, began) || startsFile(lines, at - 1, began) ? 'head' : kindOf(text);
    began ||= kind !== 'head' && text.trim() !== '';
    const last = parts[parts.length - 1];
    if (last?.kind === kind) last.text += text;
    else parts.push({ kind, text });
  });
  return parts;
}

/** `--- a` and `+++ b` name a file before a hunk or before everything else; elsewhere they are a change of two lines. */
function startsFile(lines: string[], at: number, began: boolean): boolean {
  const [from = '', to = '', next = ''] = lines.slice(Math.max(at, 0), at + 3);
  return at >= 0 && from.startsWith('--- ') && to.startsWith('+++ ') && (!began || HUNK.test(next));
}

function kindOf(line: string): DiffPart['kind'] {
  if (HUNK.test(line)) return 'place';
  if (HEAD.test(line)) return 'head';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'same';
}
