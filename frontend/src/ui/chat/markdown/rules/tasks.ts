import type { MarkdownIt } from 'markdown-it';

const BOX = /^\[([ xX])\][ \t\n]+/;

/** Items of a list that begin with a box to tick. */
export function tasks(md: MarkdownIt): void {
  md.core.ruler.before('inline', 'tasks', ({ tokens }) => {
    tokens.forEach((item, at) => {
      const text = tokens[at + 2];
      if (item.type !== 'list_item_open' || tokens[at + 1]?.type !== 'paragraph_open' || !text) return;
      const box = BOX.exec(text.content);
      if (!box) return;
      item.meta = { checked: box[1] !== ' ' };
      text.content = text.content.slice(box[0].length);
    });
  });
}
