import type { MarkdownIt, StateBlock } from 'markdown-it';

export type BlockRule = (state: StateBlock, startLine: number, endLine: number, silent: boolean) => boolean;

/** Puts another rule into the place of one for blocks, which is given to it. */
export function replaceRule(md: MarkdownIt, name: string, by: (rule: BlockRule) => BlockRule): void {
  const rule = md.block.ruler.__rules__.find((each) => each.name === name);
  if (!rule) throw new Error(`The parser has no rule called ${name}.`);
  md.block.ruler.at(name, by(rule.fn), { alt: rule.alt });
}
