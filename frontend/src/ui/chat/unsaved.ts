import { type RefObject, useLayoutEffect } from 'react';

const NAME = 'unsaved'; // styled in markdown.css

/**
 * Draws a hairline under the last `count` characters of what `element` shows: they are not on the disk yet. It is painted
 * over the text and is no part of the page, so that nothing moves and nothing is read out. Older browsers show none.
 */
export function useUnsavedLine(element: RefObject<HTMLElement | null>, count: number): void {
  useLayoutEffect(() => {
    const range = count > 0 && element.current ? tailOf(element.current, count) : null;
    const painted = globalThis.CSS?.highlights;
    if (!range || !painted) return;
    const line = painted.get(NAME) ?? new Highlight();
    painted.set(NAME, line.add(range));
    return () => void line.delete(range);
  }); // after each drawing: the text is another one
}

/**
 * The last `count` characters that stand in the element. Marks of Markdown are none of them: it reaches rather too far,
 * but not to what stands above a fold.
 */
export function tailOf(element: Element, count: number): Range {
  const range = new Range();
  range.selectNodeContents(element);
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node.nodeName === 'SUMMARY' ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  let missing = count;
  for (let node = lastIn(walker); node && missing > 0; node = walker.previousNode()) {
    if (!(node instanceof Text)) continue;
    range.setStart(node, Math.max(0, node.length - missing));
    missing -= node.length;
  }
  return range;
}

function lastIn(walker: TreeWalker): Node | null {
  while (walker.lastChild());
  return walker.currentNode === walker.root ? null : walker.currentNode;
}
