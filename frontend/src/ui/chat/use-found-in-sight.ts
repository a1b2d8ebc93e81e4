import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import { Matcher } from '../../core';

const NAME = 'found';

/**
 * Marks the words where they stand on the page, as far as browsers can: it changes nothing in the text. In the message that
 * one has come to, what they are folded away in is unfolded.
 */
export function useFoundInSight(words: string, messageId?: string): void {
  const { key } = useLocation();
  const unfolded = useRef<string>(undefined); // at which visit: it can be folded again
  useEffect(() => {
    const page = document.querySelector('main');
    const matcher = new Matcher(words);
    if (!page || matcher.isEmpty || !globalThis.CSS?.highlights) return;
    let frame = 0;
    const mark = () => {
      const ranges = rangesIn(page.querySelector('[role=log]'), matcher);
      CSS.highlights.set(NAME, new Highlight(...ranges));
      if (!messageId || unfolded.current === key) return;
      const there = ranges.filter(isIn(`[data-message-id="${CSS.escape(messageId)}"]`));
      for (const { startContainer } of there) unfold(startContainer);
      if (there.length > 0) unfolded.current = key;
    };
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
  }, [words, messageId, key]);
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

const isIn = (place: string) => (range: Range) => range.startContainer.parentElement?.closest(place);

function unfold(node: Node): void {
  const fold = node.parentElement?.closest<HTMLElement>('details, .code-cut');
  if (!fold) return;
  if (fold instanceof HTMLDetailsElement) fold.open = true;
  else fold.parentElement?.querySelector<HTMLElement>('button[aria-expanded=false]')?.click();
  unfold(fold);
}
