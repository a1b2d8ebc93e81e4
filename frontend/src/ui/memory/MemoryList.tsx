import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { Locrit, MemoryRow } from '../../core';
import { Remembered } from './Remembered';

const ROW_PX = 72;

/** Only what is in sight is drawn; each row is as high as what it says. */
export function MemoryList({ rows, locrit }: { rows: MemoryRow[]; locrit: Locrit }) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (at) => rows[at]?.id ?? at,
    overscan: 6,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list can be scrolled with the keyboard only when it takes focus.
    <div ref={box} tabIndex={0} className="max-h-[max(70dvh,360px)] overflow-y-auto rounded-l border border-line">
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index];
          return (
            row && (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                aria-setsize={rows.length}
                aria-posinset={index + 1}
                className="absolute inset-x-0 border-line border-b px-3 last:border-0 sm:px-4"
                style={{ top: start }}
              >
                <Remembered row={row} locrit={locrit} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
