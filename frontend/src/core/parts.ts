import type { Message, Part, ReplyChunk } from './types';

/** What a message says. Without `parts` it is one text. */
export type Body = Pick<Message, 'content' | 'parts'>;
type Piece = Pick<ReplyChunk, 'content' | 'kind' | 'thought_ms'>;
type Reference = Extract<Part, { id: string }>;
/** The kinds that refer to a row of their own: the piece that begins one says its id. */
const REFERENCES: { readonly [Type in Reference['type']]: true } = { tool_call: true, file: true };

/** The parts in their order, each text with its words. */
export function partsOf({ content, parts }: Body): readonly Part[] {
  if (!parts) return content ? [{ type: 'text', text: content }] : [];
  return parts.map((part) => (part.type === 'text' ? { ...part, text: part.text ?? content } : part));
}

/** What a message is called by: its words; without any, the names of the files that it was given with. */
export function gistOf({ content, parts }: Body): string {
  const names = (parts ?? []).flatMap((part) => (part.type === 'file' ? [part.name] : []));
  return content.trim() ? content : names.join(', ');
}

/**
 * A reply while it is written, piece by piece: as `Draft` of src/entities/parts.py. What it had said before it went on is
 * not written any further, but for its text; where it `isSameRun`, it is the beginning of these pieces.
 */
export class Draft {
  private begun: readonly Part[];
  private own: readonly Part[];

  constructor(begun: Body, isSameRun = false) {
    this.begun = isSameRun ? [] : partsOf(begun);
    this.own = isSameRun ? partsOf(begun) : [];
  }

  /** In characters, of all that was said or thought. */
  get length(): number {
    return [...this.begun, ...this.own].reduce((sum, part) => sum + textOf(part).length, 0);
  }

  /** What it had said before these pieces became known only now. */
  base(begun: Body): void {
    this.begun = partsOf(begun);
  }

  add({ content, kind, thought_ms }: Piece): void {
    const type = (kind ?? 'text') as Part['type'];
    const before = this.own.slice(0, -1);
    let last = this.own.at(-1);
    if (last?.type === 'reasoning' && thought_ms != null) last = { ...last, duration_ms: thought_ms };
    if (type === 'reasoning' && !content) this.wasReasoning();
    else if (type in REFERENCES) this.own = [...before, ...(last ? [last] : []), { type, id: content } as Reference];
    else if (last?.type === type) this.own = [...before, withText(last, textOf(last) + content)];
    else this.own = [...before, ...(last ? [last] : []), withText({ type } as Part, content)];
  }

  /** All that was said since the last tool call. */
  private wasReasoning(): void {
    const since = this.own.findLastIndex(({ type }) => type === 'tool_call') + 1;
    const said = this.own.slice(since);
    const text = said.map(textOf).join('').trimEnd();
    const rows = said.filter(({ type }) => type in REFERENCES);
    this.own = [...this.own.slice(0, since), ...(text ? [{ type: 'reasoning' as const, text }] : []), ...rows];
  }

  body(): Body {
    const parts = joined([...this.begun, ...this.own]);
    const texts = parts.filter(({ type }) => type === 'text');
    const content = texts.map(textOf).join('');
    if (texts.length === parts.length) return { content };
    if (texts.length > 1) return { content, parts };
    return { content, parts: parts.map((part) => (part.type === 'text' ? { type: part.type } : part)) };
  }
}

function textOf(part: Part): string {
  return ('text' in part && part.text) || '';
}

/** Only parts that have a text come in pieces. */
function withText(part: Part, text: string): Part {
  return { ...part, text } as Part;
}

/** A text that goes on is one. */
function joined(parts: readonly Part[]): Part[] {
  const all: Part[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last?.type === 'text' && part.type === 'text') all.splice(-1, 1, withText(last, textOf(last) + textOf(part)));
    else all.push(part);
  }
  return all;
}
