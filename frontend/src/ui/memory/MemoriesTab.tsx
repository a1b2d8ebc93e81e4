import { NotebookPen, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { type ExtractionProgress, type Locrit, Matcher, type MemoryRow } from '../../core';
import { useClient } from '../app-context';
import { useWasThere } from '../deleted';
import { draftKeys } from '../form-draft';
import { Button } from '../kit/Button';
import { Choice } from '../kit/Choice';
import { DeletedNote } from '../kit/Deleted';
import { SearchBox } from '../kit/SearchBox';
import { EmptyState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { notesText } from '../text/notes';
import { useTextOf } from '../text/text';
import { Export } from './Export';
import { MemoryFailed } from './MemoryFailed';
import { MemoryForm } from './MemoryForm';
import { MemoryList } from './MemoryList';
import { useFilters } from './use-filters';
import { type MemoryState, STATES, stateOf, useMemories } from './use-memories';

/** What is remembered beside the conversations: suggested, valid and past; found, written, changed, thrown away. */
export function MemoriesTab({ locrit }: { locrit: Locrit }) {
  const t = useTextOf(notesText);
  const client = useClient();
  const { rows, isWhole, extraction, error, reload } = useMemories(locrit);
  const [filter, set] = useFilters();
  const asked = filter('state');
  const shown = STATES.find((state) => state === asked) ?? 'valid';
  const query = filter('q');
  const [adding, setAdding] = useState(() => client.formDraft(draftKeys.newNote(locrit.id)) !== undefined);
  const [edited, setEdited] = useState('');
  const isEditedGone = useWasThere(
    edited,
    rows?.some(({ id }) => id === edited),
  );
  if (error && !rows?.length) return <MemoryFailed error={error} onRetry={reload} />;
  if (!rows) return <Skeleton className="h-40" />;
  const of = (state: MemoryState) => rows.filter((row) => stateOf(row) === state);
  const words = new Matcher(query);
  const there = of(shown);
  const found = there.filter(({ content, tags }) => words.isEmpty || words.has([content, ...tags].join('\n')));
  return (
    <>
      <p className="mb-4 text-ink-2 text-sm">{t.about(locrit.name)}</p>
      <Looking locrit={locrit} extraction={extraction} onChange={reload} />
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <Choice
          label={t.label}
          value={shown}
          onChange={(state) => set({ state })}
          options={STATES.map((state) => ({ value: state, label: <Counted state={state} rows={of(state)} /> }))}
        />
        {rows.length > 0 && <Export locrit={locrit} what="memories" />}
      </div>
      <div className="mb-2 flex flex-wrap gap-2">
        <SearchBox label={t.search} value={query} onSearch={(q) => set({ q })} />
        <Button onClick={() => setAdding(true)}>
          <Plus aria-hidden className="size-4" />
          {t.add}
        </Button>
      </div>
      {adding && (
        <MemoryForm
          draftKey={draftKeys.newNote(locrit.id)}
          onSave={(fields) => client.memories.add(locrit.id, fields)}
          onClose={() => setAdding(false)}
        />
      )}
      {isEditedGone && <DeletedNote />}
      {found.length > 0 && <MemoryList key={shown} rows={found} locrit={locrit} onEdit={setEdited} />}
      {there.length === 0 && error && <MemoryFailed error={error} onRetry={reload} />}
      {there.length === 0 && isWhole && !adding && (
        <EmptyState icon={<NotebookPen />} title={t.none[shown]} text={t.noneHint[shown]} />
      )}
      {there.length > 0 && found.length === 0 && <EmptyState icon={<Search />} title={t.noHits(query)} />}
    </>
  );
}

function Counted({ state, rows }: { state: MemoryState; rows: MemoryRow[] }) {
  const t = useTextOf(notesText);
  return (
    <>
      {t.states[state]} <span className="tabular-nums opacity-80">{rows.length}</span>
    </>
  );
}

interface LookingProps {
  locrit: Locrit;
  extraction?: ExtractionProgress;
  onChange: () => void;
}

/** How far the search for facts is: that it is off, has more to look at, or has failed. */
function Looking({ locrit, extraction, onChange }: LookingProps) {
  const t = useTextOf(notesText);
  const { memories } = useClient();
  if (locrit.memories === 'off')
    return (
      <p className="mb-4 text-ink-3 text-sm">
        {t.isOff(locrit.name)}{' '}
        <Link to={paths.locrit(locrit.name)} className="text-accent underline">
          {t.turnOn}
        </Link>
      </p>
    );
  if (!extraction?.waiting) return null;
  if (!extraction.problem) return <p className="mb-4 text-ink-3 text-sm">{t.waiting(extraction.waiting)}</p>;
  return (
    <div role="note" className="mb-4 flex flex-wrap items-center gap-3 border-warn border-l-2 py-1 pl-3 text-sm">
      <p className="min-w-40 flex-1">{t.failed(extraction.problem)}</p>
      <Button small onClick={() => memories.retryExtraction(locrit.id).finally(onChange)}>
        {t.retry}
      </Button>
    </div>
  );
}
