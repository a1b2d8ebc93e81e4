import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useEnd } from '../next-page';
import { cx } from './cx';

interface Props<T> {
  label: string;
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** About how high (px) a row is before it is drawn. */
  height: number;
  /** It scrolls in a box of its own, and not with its page. */
  boxed?: boolean;
  className?: string;
  /** The key of one to which a link may lead: it is brought in sight. */
  shown?: string;
  /** Its end is in sight: loads more. None while nothing can be loaded. */
  onEnd?: (() => void) | undefined;
  children: (row: T) => ReactNode;
}

/** A list of which only what is in sight is drawn; each row is as high as what it says. */
export function LongList<T>({ label, rows, keyOf, height, boxed, className, shown, onEnd, children }: Props<T>) {
  const list = useRef<HTMLUListElement>(null);
  const [above, setAbove] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollerOf(list.current),
    estimateSize: () => height,
    getItemKey: (at) => keyed(rows[at], at, keyOf),
    scrollMargin: above,
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  useLayoutEffect(() => setAbove(distance(list.current)));
  useEnd(rows.length > 0 && items.at(-1)?.index === rows.length - 1, rows.length, onEnd);
  const place = rows.findIndex((row) => keyOf(row) === shown);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where a link leads to one that is out of sight.
  useEffect(() => {
    if (place > 0) virtual.scrollToIndex(place);
  }, [shown]);
  const drawn = (
    <ul ref={list} aria-label={label} className="relative" style={{ height: virtual.getTotalSize() }}>
      {items.map(({ key, index, start }) => {
        const row = rows[index];
        return (
          row && (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              className={cx('absolute inset-x-0', boxed && 'border-line border-b last:border-0')}
              style={{ top: start - above }}
            >
              {children(row)}
            </li>
          )
        );
      })}
    </ul>
  );
  return boxed ? <Box className={className}>{drawn}</Box> : drawn;
}

function Box({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div
      data-box
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list can be scrolled with the keyboard only when it takes focus.
      tabIndex={0}
      className={cx('max-h-[max(70dvh,360px)] overflow-y-auto rounded-l border border-line', className)}
    >
      {children}
    </div>
  );
}

const scrollerOf = (list: HTMLElement | null) => list?.closest<HTMLElement>('[data-box], [data-page]') ?? null;

function keyed<T>(row: T | undefined, at: number, keyOf: (row: T) => string) {
  return row === undefined ? at : keyOf(row);
}

/** From the beginning of what scrolls to the list's, wherever that is scrolled to. */
function distance(list: HTMLElement | null): number {
  const scroller = scrollerOf(list);
  if (!list || !scroller) return 0;
  return Math.round(list.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop);
}
