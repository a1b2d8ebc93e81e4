import type { Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { Row } from './arrange';
import type { Sought } from './use-sought';

/** How long (frames) rows may take to get their real height. */
const SETTLING_FRAMES = 12;

/** Starts at the end, or at the message that was looked for. False while the first message to land on is awaited. */
export function useStart(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  scroller: RefObject<HTMLDivElement | null>,
  rows: Row[],
  sought: Sought | null,
): boolean {
  const started = useRef<string>(null);
  const [landed, setLanded] = useState(!sought);
  const index = sought ? rows.findIndex((row) => row.message.message_id === sought.id) : -1;
  const waits = sought?.loading && index < 0;
  const target = useRef(index);
  useLayoutEffect(() => {
    target.current = index;
    if (!rows.length || waits) return;
    setLanded(true);
    const goal = sought && index >= 0 ? sought.visit : 'end';
    if (started.current === goal) return;
    started.current = goal;
    if (sought && goal === sought.visit) land(virtualizer, scroller.current, target, sought.id);
    else virtualizer.scrollToEnd();
  }, [virtualizer, scroller, rows, index, sought, waits]);
  return landed;
}

/**
 * Rows are guessed in height until they are drawn: the goal is aimed at again while they settle, unless the reader moves
 * on. It takes the focus.
 */
function land(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  scroller: HTMLDivElement | null,
  target: RefObject<number>,
  messageId: string,
) {
  let frames = SETTLING_FRAMES;
  const takesFocus = !document.activeElement?.closest('search'); // who looks through the matches goes on there
  const stop = () => {
    frames = 0;
  };
  for (const moving of ['wheel', 'touchmove', 'keydown'])
    scroller?.addEventListener(moving, stop, { once: true, passive: true });
  const aim = () => {
    if (target.current < 0) return; // other rows took its place
    virtualizer.scrollToIndex(target.current, { align: 'center' });
    const article = scroller?.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(messageId)}"]`);
    if (takesFocus && !article?.contains(document.activeElement)) article?.focus({ preventScroll: true });
    if (frames-- > 0) requestAnimationFrame(aim);
  };
  aim();
}
