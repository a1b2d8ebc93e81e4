import { type RefObject, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

/** How long (ms) what was pressed is held: rows take some frames to get their height. */
const HELD_MS = 600;

/** Blank space (px) around the rows, where the list is too short to scroll as far as it would have to. */
interface Room {
  above: number;
  below: number;
}

const NONE: Room = { above: 0, below: 0 };

/**
 * Keeps what was pressed under the pointer, when it has `data-in-place`, however much higher or lower its row and those
 * around it become. Any move of the reader's own ends it.
 */
export function useHeld(scroller: RefObject<HTMLDivElement | null>, count: number) {
  const [room, setRoom] = useState(NONE);
  const [holding, setHolding] = useState(false);
  const now = useRef({ room, holding });
  now.current = { room, holding };

  useEffect(() => {
    const list = scroller.current;
    if (!list) return;
    let end = () => {};
    const change = (next: Partial<Room>) => flushSync(() => setRoom((before) => ({ ...before, ...next })));
    const begin = ({ target }: Event) => {
      const pressed = target instanceof Element && target.closest('[data-in-place]');
      if (!pressed) return;
      end();
      setHolding(true);
      end = hold(list, pressed, {
        needs: (px) => change(px > 0 ? { below: now.current.room.below + px } : { above: now.current.room.above - px }),
        ended: () => setHolding(false),
      });
    };
    /** Room that is out of sight goes, and the rows stay where they are. */
    const tidy = () => {
      const { above, below } = now.current.room;
      if (now.current.holding || !(above || below)) return;
      if (below && list.scrollHeight - list.clientHeight - list.scrollTop >= below) change({ below: 0 });
      if (!above || list.scrollTop < above) return;
      const top = list.scrollTop - above;
      change({ above: 0 });
      list.scrollTop = top;
    };
    list.addEventListener('click', begin, true);
    list.addEventListener('scroll', tidy);
    return () => {
      end();
      list.removeEventListener('click', begin, true);
      list.removeEventListener('scroll', tidy);
    };
  }, [scroller]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes at the end does not begin below a gap.
  useEffect(() => {
    if (!now.current.holding) setRoom((before) => (before.below ? { ...before, below: 0 } : before));
  }, [count]);
  return { room, holding };
}

interface Told {
  /** The list cannot scroll by this many pixels more: down where positive, else up. */
  needs: (px: number) => void;
  ended: () => void;
}

const MOVES = ['wheel', 'touchstart', 'pointerdown', 'keydown'];

function hold(list: HTMLElement, pressed: Element, { needs, ended }: Told): () => void {
  const place = pressed.getBoundingClientRect().top;
  const away = () => (pressed.isConnected ? Math.round(pressed.getBoundingClientRect().top - place) : 0);
  const bring = () => {
    if (away()) list.scrollTop += away();
    if (!away()) return;
    needs(away());
    list.scrollTop += away();
  };
  const observer = new ResizeObserver(bring);
  for (const row of list.querySelectorAll('[data-index]')) observer.observe(row);
  const again = () => {
    bring();
    frame = requestAnimationFrame(again);
  };
  let frame = requestAnimationFrame(again);
  const timer = setTimeout(() => end(), HELD_MS);
  const end = () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    for (const move of MOVES) removeEventListener(move, end, true);
    ended();
  };
  for (const move of MOVES) addEventListener(move, end, true);
  return end;
}
