import { useEffect } from 'react';
import { Matcher } from '../../core';

const NAME = 'found';

/** Marks the words where they stand on the page, as far as browsers can: it changes nothing in the text. */
export function useFoundInSight(words: string): void {
  useEffect(() => {
    const page = document.querySelector('main');
    const matcher = new Matcher(words);
    if (!page || matcher.isEmpty || !globalThis.CSS?.highlights) return;
    let frame = 0;
    const mark = () => CSS.highlights.set(NAME, new Highlight(...rangesIn(page.querySelector('[role=log]'), matcher)));
    const later = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(mark);
    };
    const observer = new MutationObserver(later);
    observer.observe(page, { childList: true, subtree: true, characterData: true });
    mark();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      CSS.highlights.delete(NAME);
    };
  }, [words]);
}

function rangesIn(log: Element | null, matcher: Matcher): Range[] {
  const found: Range[] = [];
  if (!log) return found;
  const texts = document.createTreeWalker(log, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode())
    for (const [from, to] of matcher.places(node.nodeValue ?? '')) {
      const range = new Range();
      range.setStart(node, from);
      range.setEnd(node, to);
      found.push(range);
    }
  return found;
}
