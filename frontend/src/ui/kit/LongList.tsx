import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useEnd } from '../next-page';

interface Props<T> {
  label: string;
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** About how high (px) a row is before it is drawn. */
  height: number;
  /** Its end is in sight: loads more. None while nothing can be loaded. */
  onEnd?: (() => void) | undefined;
  children: (row: T) => ReactNode;
}

/** A list that scrolls with its page, of which only what is in sight is drawn; each row is as high as what it says. */
export function LongList<T>({ label, rows, keyOf, height, onEnd, children }: Props<T>) {
  const list = useRef<HTMLUListElement>(null);
  const [above, setAbove] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => pageOf(list.current),
    estimateSize: () => height,
    getItemKey: (at) => keyed(rows[at], at, keyOf),
    scrollMargin: above,
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  useLayoutEffect(() => setAbove(distance(list.current)));
  useEnd(rows.length > 0 && items.at(-1)?.index === rows.length - 1, rows.length, onEnd);
  return (
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
              className="absolute inset-x-0"
              style={{ top: start - above }}
            >
              {children(row)}
            </li>
          )
        );
      })}
    </ul>
  );
}

const pageOf = (list: HTMLElement | null) => list?.closest<HTMLElement>('[data-page]') ?? null;

function keyed<T>(row: T | undefined, at: number, keyOf: (row: T) => string) {
  return row === undefined ? at : keyOf(row);
}

/** From the page's beginning to the list's, wherever the page is scrolled to. */
function distance(list: HTMLElement | null): number {
  const page = pageOf(list);
  if (!list || !page) return 0;
  return Math.round(list.getBoundingClientRect().top - page.getBoundingClientRect().top + page.scrollTop);
}
