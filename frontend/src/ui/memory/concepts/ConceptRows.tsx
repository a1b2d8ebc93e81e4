import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ConceptRow, Locrit } from '../../../core';
import { conceptsText } from '../../text/concepts';
import { useFormat } from '../../text/format-date';
import { useTextOf } from '../../text/text';
import { ConceptCard } from './ConceptCard';

const ROW_PX = 56;

interface Props {
  rows: ConceptRow[];
  /** Also those that are not listed: one of them may be the same. */
  all: ConceptRow[];
  locrit: Locrit;
  chosen: string;
  onChoose: (id: string) => void;
}

/** Only what is in sight is drawn; the one that is chosen is open. */
export function ConceptRows({ rows, all, locrit, chosen, onChoose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (at) => rows[at]?.id ?? at,
    overscan: 6,
  });
  const at = rows.findIndex(({ id }) => id === chosen);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where a link leads to one that is out of sight.
  useEffect(() => {
    if (at > 0) virtual.scrollToIndex(at);
  }, [chosen]);
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
                className="absolute inset-x-0 border-line border-b last:border-0"
                style={{ top: start }}
              >
                <Line row={row} isOpen={row.id === chosen} onToggle={() => onChoose(row.id === chosen ? '' : row.id)} />
                {row.id === chosen && (
                  <div className="px-3 pb-4 sm:px-4">
                    <ConceptCard row={row} all={all} locrit={locrit} onChoose={onChoose} />
                  </div>
                )}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function Line({ row, isOpen, onToggle }: { row: ConceptRow; isOpen: boolean; onToggle: () => void }) {
  const t = useTextOf(conceptsText);
  const format = useFormat();
  const span = t.span(format.dated(row.first_mentioned_at), format.dated(row.last_mentioned_at));
  const isQueued = row.state === 'queued' || row.state === 'sending';
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  const about = [t.types[row.type] ?? row.type, t.mentions(row.mentions), span, isQueued && t.queued];
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      onClick={onToggle}
      className="flex w-full items-center gap-3 px-3 py-2 text-left -outline-offset-2 hover:bg-paper-2 sm:px-4"
    >
      <Chevron aria-hidden className="size-4 shrink-0 text-ink-3" />
      <span className="min-w-0 flex-1">
        <span className="each-way block truncate font-[550] text-sm">{row.name}</span>
        <span className="block text-ink-3 text-xs [overflow-wrap:anywhere]">{about.filter(Boolean).join(' · ')}</span>
      </span>
      <span aria-hidden className="shrink-0 text-ink-2 text-sm tabular-nums">
        {row.mentions}
      </span>
    </button>
  );
}
