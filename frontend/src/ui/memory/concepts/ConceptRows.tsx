import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ConceptRow, Locrit } from '../../../core';
import { LongList } from '../../kit/LongList';
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

/** The one that is chosen is open. */
export function ConceptRows({ rows, all, locrit, chosen, onChoose }: Props) {
  const t = useTextOf(conceptsText);
  return (
    <LongList boxed label={t.label} rows={rows} keyOf={({ id }) => id} height={ROW_PX} shown={chosen}>
      {(row) => (
        <>
          <Line row={row} isOpen={row.id === chosen} onToggle={() => onChoose(row.id === chosen ? '' : row.id)} />
          {row.id === chosen && (
            <div className="px-3 pb-4 sm:px-4">
              <ConceptCard row={row} all={all} locrit={locrit} onChoose={onChoose} />
            </div>
          )}
        </>
      )}
    </LongList>
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
