import { useEffect } from 'react';
import { Matcher } from '../../core';

const NAME = 'found';

/**
 * Marks the words where they stand on the page, as far as browsers can: it changes nothing in the text. In the message that
 * one has come to, what they are folded away in is unfolded.
 */
export function useFoundInSight(words: string, messageId?: string): void {
  useEffect(() => {
    const page = document.querySelector('main');
    const matcher = new Matcher(words);
    if (!page || matcher.isEmpty || !globalThis.CSS?.highlights) return;
    let frame = 0;
    const unfolded = new Set<Element>(); // once: it can be folded again
    const mark = () => {
      const ranges = rangesIn(page.querySelector('[role=log]'), matcher);
      CSS.highlights.set(NAME, new Highlight(...ranges));
      if (messageId) unfold(ranges, `[data-message-id="${CSS.escape(messageId)}"]`, unfolded);
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
  }, [words, messageId]);
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

function unfold(ranges: Range[], message: string, done: Set<Element>): void {
  for (const { startContainer: text } of ranges) {
    if (!text.parentElement?.closest(message)) continue;
    for (let fold = foldAround(text); fold; fold = foldAround(fold)) {
      if (!done.has(fold)) fold.open = true;
      done.add(fold);
    }
  }
}

const foldAround = ({ parentElement }: Node) => parentElement?.closest('details');
