import type { Locrit, MemoryRow } from '../../core';
import { LongList } from '../kit/LongList';
import { notesText } from '../text/notes';
import { useTextOf } from '../text/text';
import { Remembered } from './Remembered';

const ROW_PX = 72;

interface Props {
  rows: MemoryRow[];
  locrit: Locrit;
  /** Which one's form is open now. */
  onEdit: (id: string) => void;
}

export function MemoryList({ rows, locrit, onEdit }: Props) {
  const t = useTextOf(notesText);
  return (
    <LongList label={t.label} rows={rows} keyOf={(row) => row.id} height={ROW_PX}>
      {(row) => (
        <div className="border-line border-b">
          <Remembered row={row} locrit={locrit} onEdit={(isOpen) => onEdit(isOpen ? row.id : '')} />
        </div>
      )}
    </LongList>
  );
}
