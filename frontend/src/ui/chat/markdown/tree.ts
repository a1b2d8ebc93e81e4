import type { Token } from 'markdown-it';

export interface Node {
  type: string;
  token: Token;
  children: Node[];
}

/** React and the page draw recursively: what is nested more deeply stands beside its marks. */
const MAX_DEPTH = 100;

/** The tokens of a document or of a line, each with what is in it. */
export function treeOf(tokens: readonly Token[]): Node[] {
  const levels: Node[][] = [[]];
  let beyond = 0;
  for (const token of tokens) {
    const siblings = levels.at(-1) as Node[];
    if (token.nesting === 0) {
      add(siblings, token);
    } else if (token.nesting === 1 && levels.length < MAX_DEPTH) {
      const node = { type: token.type.replace(/_open$/, ''), token, children: [] };
      siblings.push(node);
      levels.push(node.children);
    } else if (token.nesting === 1 || beyond > 0) {
      beyond += token.nesting;
      addText(siblings, token, token.markup);
    } else levels.pop();
  }
  return levels[0] as Node[];
}

function add(siblings: Node[], token: Token): void {
  if (token.type === 'text') addText(siblings, token, token.content);
  else if (token.type === 'softbreak') addText(siblings, token, '\n');
  else siblings.push({ type: token.type, token, children: [] });
}

function addText(siblings: Node[], token: Token, content: string): void {
  const last = siblings.at(-1);
  const text = last?.type === 'text' ? siblings.pop()?.token.content : '';
  siblings.push({
    type: 'text',
    token: Object.assign(Object.create(token), { content: text + content }),
    children: [],
  });
}

/** Puts what stands between `<b>` and `</b>` into an element. A tag without its other half stays text. */
export function pairTags(nodes: readonly Node[]): Node[] {
  const paired: Node[] = [];
  for (const node of nodes) {
    const { tag, info } = node.token;
    const closes = node.type === 'tag' && info === 'close';
    const open = closes ? paired.findLastIndex((each) => each.type === 'tag' && each.token.tag === tag) : -1;
    if (open < 0) paired.push(node);
    else paired.splice(open, paired.length, { ...node, type: 'element', children: paired.slice(open + 1) });
  }
  return paired;
}
