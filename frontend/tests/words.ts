/**
 * What "the words on the page are the words of the source" means: letters, digits and the signs below, in their order.
 * What is named here as a mark of Markdown may be missing from the page, and nothing else.
 */

const WORDS = /[\p{L}\p{M}\p{N}=+%/@?!;,.'"(){}<&€£°]/gu;

const TAG = /<\/?(?:br|kbd|sub|sup|mark|u|s|b|i|em|strong|del|ins|details|summary)(?: open)? *\/?>/gi;
const THOUGHT = /^[ \t]*<\/?think(?:ing)?>|<\/think(?:ing)?>/gim;
const DESTINATION =
  /\]\(\s*(?:<[^<>\n]*>|(?:https?:|mailto:|[/#]|data:image)(?:[^\s()\\]|\\.|\([^\s()]*\))*)(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/gi;
const MARKS: [RegExp, string][] = [
  [THOUGHT, ''],
  [/^[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)*(?:`{3,}[^`\n]*|~{3,}[^\n]*)$/gm, ''], // fences with their language
  [/^[ \t>]*={3,}[ \t]*$/gm, ''], // the line under a heading
  [/^([ \t>]*(?:[-*+]|\d+[.)])[ \t]+)\[[ xX]\][ \t]/gm, '$1'], // boxes to tick
  [/^([ \t>]*)(?:(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$))+/gm, '$1'], // of lists: numbers have tests of their own
  [DESTINATION, ']'],
  [/!(?=\[)/g, ''],
  [/<((?:https?:\/\/|mailto:)?[^\s<>]+[@:][^\s<>]+)>/g, '$1'],
  [TAG, ''],
  [/&(?:amp|lt|gt|quot|nbsp|copy|#39|#x27|mdash|hellip);/g, ''],
  [/\\([([])([\s\S]*?)\\[)\]]/g, '$2'], // brackets of formulas
];

const DEFINITION = /^ {0,3}\[([^\]^\n]+)\]:[ \t]*\S+(?:[ \t]+(?:"[^"]*"|'[^']*'))?[ \t]*$/gm;

/** A definition is a mark where another line refers to it. */
function withoutDefinitions(source: string): string {
  const labels = [...source.matchAll(DEFINITION)].map(([, label = '']) => label.toLowerCase());
  const rest = source.replace(DEFINITION, (line, label: string) =>
    source.replace(line, '').toLowerCase().includes(`[${label.toLowerCase()}]`) ? '' : line,
  );
  return rest.replace(/\]\[([^\]\n]+)\]/g, (mark, label) => (labels.includes(label.toLowerCase()) ? ']' : mark));
}

export const lettersOf = (text: string) => text.match(/[\p{L}\p{M}\p{N}]/gu) ?? [];

/** What must be on the page. */
export function wordsOf(source: string): string[] {
  const text = MARKS.reduce((rest, [mark, instead]) => rest.replace(mark, instead), withoutDefinitions(source));
  return text.match(WORDS) ?? [];
}

const UNSAID = 'figcaption, button, .thought > summary, .katex-html, .katex-mathml mrow, [data-unsaid]';

/** What is on the page of `element`: with the numbers of lists, what images show, and the source of formulas. */
export function shownIn(element: Element): string {
  let shown = '';
  for (const node of element.childNodes) {
    if (node.nodeType === 3) shown += node.textContent;
    if (node.nodeType !== 1 || (node as Element).matches(UNSAID)) continue;
    const child = node as HTMLElement;
    if (child.tagName === 'LI' && element.tagName === 'OL') shown += `${numberOf(child as HTMLLIElement)} `;
    if (child.tagName === 'IMG') shown += child.getAttribute('alt');
    shown += `${shownIn(child)}${/^(P|LI|T[DHR]|H\d|DIV|PRE|BR)$/.test(child.tagName) ? '\n' : ''}`;
  }
  return shown;
}

function numberOf(item: HTMLLIElement): string {
  const list = item.parentElement as HTMLOListElement;
  const value = item.value || [...list.children].indexOf(item) + (list.start || 1);
  return `${value}${list.classList.contains('parenthesis') ? ')' : '.'}`;
}

/** The first of `wanted` that does not stand in `found` in its turn, with what is around it. */
export function missing(wanted: readonly string[], found: readonly string[]): string | undefined {
  let at = 0;
  for (const [index, word] of wanted.entries()) {
    const next = found.indexOf(word, at);
    if (next < 0)
      return `${wanted.slice(Math.max(0, index - 20), index).join('')}⟪${word}⟫${wanted.slice(index + 1, index + 10).join('')}`;
    at = next + 1;
  }
  return undefined;
}
