import type { Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { isLayerOpen } from '../keys';
import type { Row } from './conversation-tree';
import type { Target } from './use-target';

/** How long (frames) rows may take to get their real height. */
const SETTLING_FRAMES = 12;

/** Starts at the end, or at the message that was looked for. False while the first message to land on is awaited. */
export function useStart(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  scroller: RefObject<HTMLDivElement | null>,
  rows: Row[],
  target: Target | null,
): boolean {
  const started = useRef<string>(null);
  const [landed, setLanded] = useState(!target);
  const index = target ? rows.findIndex((row) => row.message.message_id === target.id) : -1;
  const waits = target?.loading && index < 0;
  const place = useRef(index);
  useLayoutEffect(() => {
    place.current = index;
    if (!rows.length || waits) return;
    setLanded(true);
    const goal = target && index >= 0 ? target.visit : 'end';
    if (started.current === goal) return;
    started.current = goal;
    if (target && goal === target.visit) land(virtualizer, scroller.current, place, target.id);
    else virtualizer.scrollToEnd();
    virtualizer.scrollOffset = scroller.current?.scrollTop ?? 0; // one too short to scroll never says where it is
  }, [virtualizer, scroller, rows, index, target, waits]);
  return landed;
}

/**
 * Rows are guessed in height until they are drawn: the goal is aimed at again while they settle, unless the reader moves
 * on. It takes the focus, once: again only when its row was drawn anew, and not from who has gone on to another place.
 */
function land(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  scroller: HTMLDivElement | null,
  place: RefObject<number>,
  messageId: string,
) {
  let frames = SETTLING_FRAMES;
  let takesFocus = !document.activeElement?.closest('search') && !isLayerOpen(); // who has gone on already stays there
  const stop = () => {
    frames = 0;
  };
  for (const moving of ['wheel', 'touchmove', 'keydown'])
    scroller?.addEventListener(moving, stop, { once: true, passive: true });
  const aim = () => {
    if (place.current < 0) return; // other rows took its place
    virtualizer.scrollToIndex(place.current, { align: 'center' });
    const article = scroller?.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(messageId)}"]`);
    if (article && (takesFocus || document.activeElement === document.body)) {
      takesFocus = false;
      article.focus({ preventScroll: true });
    }
    if (frames-- > 0) requestAnimationFrame(aim);
  };
  aim();
}
