/** What a model thought aloud in the text of its reply, apart from what it said. */

/** As in src/services/reasoning.py, which keeps it from being sent back to a model. */
export const TAGS: readonly (readonly [open: string, close: string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'],
  ['<seed:think>', '</seed:think>'],
  ['[think]', '[/think]'],
  ['◁think▷', '◁/think▷'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
  ['<|start_thinking|>', '<|end_thinking|>'],
  ['<|channel|>analysis<|message|>', '<|channel|>final<|message|>'],
  ['<unused94>thought', '<unused95>'],
];

const escaped = (text: string) => text.replace(/[|[\]]/g, '\\$&');
const either = (texts: readonly string[]) => texts.map(escaped).join('|');
const OPENS = TAGS.map(([open]) => open);
const CLOSES = TAGS.map(([, close]) => close);
const MARK = `(?<fence>\`{3,}|~{3,})|(?<open>${either(OPENS)})|(?<close>${either(CLOSES)})`;
const AT_LINE = new RegExp(`^[ \\t]*(?:${MARK})`, 'gim');
const RIGHT_AFTER = new RegExp(`\\s*(?<open>${either(OPENS)})`, 'iy');

export interface Part {
  kind: 'thought' | 'said';
  text: string;
  /** A thought whose end is not there (yet). */
  open?: boolean;
}

/**
 * The parts of a reply in their order. Tags count at the beginning of a line and outside of code. A template may have
 * opened the block before the model began: then only its end is there, and all before it was thought. A block without an
 * end, after something was said, is text once the reply is whole.
 */
export function partsOf(text: string, streaming = false): Part[] {
  const parts: Part[] = [];
  let [said, at] = [0, 0];
  for (let mark = find(AT_LINE, text, 0); mark; mark = find(RIGHT_AFTER, text, at) ?? find(AT_LINE, text, at)) {
    const { fence, open } = mark.groups ?? {};
    at = mark.index + mark[0].length;
    const before = text.slice(said, mark.index);
    if (fence) {
      at = endOfCode(text, fence, at);
    } else if (open) {
      const end = find(new RegExp(escaped(TAGS[OPENS.indexOf(open.toLowerCase())]?.[1] ?? ''), 'gi'), text, at);
      if (!end && !streaming && (before.trim() || parts.some(({ kind, text: said }) => kind === 'said' && said.trim())))
        break;
      parts.push({ kind: 'said', text: before }, { kind: 'thought', text: text.slice(at, end?.index), open: !end });
      said = at = end ? end.index + end[0].length : text.length;
    } else {
      const thought = [...parts.splice(0).map((part) => part.text), before].join('');
      parts.push({ kind: 'thought', text: thought });
      said = at;
    }
  }
  parts.push({ kind: 'said', text: text.slice(said) });
  return parts.filter((part) => part.text.trim());
}

function find(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

function endOfCode(text: string, fence: string, from: number): number {
  const closing = find(new RegExp(`^[ \\t]*${fence}`, 'gm'), text, from);
  return closing ? closing.index + closing[0].length : text.length;
}
