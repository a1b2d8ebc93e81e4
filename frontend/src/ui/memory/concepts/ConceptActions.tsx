import { Merge, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { type ConceptRow, Matcher } from '../../../core';
import { useClient } from '../../app-context';
import { useKept } from '../../failed';
import { IconButton } from '../../kit/Button';
import { Dialog } from '../../kit/Dialog';
import { Input } from '../../kit/Field';
import { conceptsText } from '../../text/concepts';
import { useText, useTextOf } from '../../text/text';

const MOST_OFFERED = 8;

interface Props {
  row: ConceptRow;
  all: ConceptRow[];
  onEdit: () => void;
  onChoose: (id: string) => void;
  /** It goes: nothing is asked about it any more. */
  onGo: () => Promise<void>;
}

/** What is done to a concept; all of it can be undone. */
export function ConceptActions({ row, all, onEdit, onChoose, onGo }: Props) {
  const text = useText();
  const t = useTextOf(conceptsText);
  const { concepts } = useClient();
  const isKept = useKept();
  const [merging, setMerging] = useState(false);
  const undo = { label: text.undo, onClick: () => void isKept(concepts.restore(row)) };

  async function remove() {
    await onGo();
    if (!(await isKept(concepts.delete(row)))) return;
    onChoose('');
    toast(t.removed(row.name), { action: undo });
  }

  async function merge(into: ConceptRow) {
    setMerging(false);
    await onGo();
    if (!(await isKept(concepts.merge(row, into)))) return;
    onChoose(into.id);
    toast(t.merged(row.name, into.name), { action: undo });
  }

  return (
    <div className="flex gap-1">
      <IconButton small label={t.edit(row.name)} onClick={onEdit}>
        <Pencil />
      </IconButton>
      <IconButton small label={t.merge(row.name)} onClick={() => setMerging(true)}>
        <Merge />
      </IconButton>
      <IconButton small label={t.remove(row.name)} onClick={remove}>
        <Trash2 />
      </IconButton>
      <Dialog open={merging} onOpenChange={setMerging} title={t.mergeTitle(row.name)}>
        <Others of={row} all={all} onChoose={merge} />
      </Dialog>
    </div>
  );
}

/** Those that it may be the same as: what is called alike first, then what is mentioned most. */
function Others({ of, all, onChoose }: { of: ConceptRow; all: ConceptRow[]; onChoose: (into: ConceptRow) => void }) {
  const t = useTextOf(conceptsText);
  const [query, setQuery] = useState('');
  const words = new Matcher(query);
  const parts = of.name.toLowerCase().split(' ');
  const isAlike = (one: ConceptRow) => parts.some((part) => one.name.toLowerCase().split(' ').includes(part));
  const offered = all
    .filter((one) => one.id !== of.id && (words.isEmpty || words.has(one.name)))
    .sort((a, b) => Number(isAlike(b)) - Number(isAlike(a)))
    .slice(0, MOST_OFFERED);
  return (
    <div className="px-6 pb-5">
      <p className="mb-3 text-ink-2 text-sm">{t.mergeHint}</p>
      <Input
        type="search"
        aria-label={t.mergeSearch}
        placeholder={t.mergeSearch}
        value={query}
        onChange={({ target }) => setQuery(target.value)}
      />
      <ul className="mt-2">
        {offered.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              onClick={() => onChoose(one)}
              className="flex min-h-10 w-full items-center gap-3 rounded-s px-2 text-left text-sm hover:bg-paper-3"
            >
              <span className="each-way min-w-0 flex-1 truncate">{one.name}</span>
              <span className="shrink-0 text-ink-3 text-xs">{t.mentions(one.mentions)}</span>
            </button>
          </li>
        ))}
      </ul>
      {offered.length === 0 && <p className="mt-3 text-ink-3 text-sm">{t.noHits}</p>}
    </div>
  );
}
