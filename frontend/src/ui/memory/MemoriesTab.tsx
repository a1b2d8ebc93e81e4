import { NotebookPen, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type ExtractionProgress, type Locrit, Matcher, type MemoryRow } from '../../core';
import { useClient } from '../app-context';
import { draftKeys } from '../form-draft';
import { Button } from '../kit/Button';
import { Choice, Input } from '../kit/Field';
import { EmptyState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { notesText } from '../text/notes';
import { useTextOf } from '../text/text';
import { MemoryFailed } from './MemoryFailed';
import { MemoryForm } from './MemoryForm';
import { MemoryList } from './MemoryList';
import { type MemoryState, STATES, stateOf, useMemories } from './use-memories';

/** What is remembered beside the conversations: suggested, valid and past; found, written, changed, thrown away. */
export function MemoriesTab({ locrit }: { locrit: Locrit }) {
  const t = useTextOf(notesText);
  const client = useClient();
  const { rows, extraction, error, reload } = useMemories(locrit);
  const [shown, show] = useShownState();
  const [query, setQuery] = useState('');
  const [adding, setAdding] = useState(() => client.formDraft(draftKeys.newNote(locrit.id)) !== undefined);
  if (error) return <MemoryFailed error={error} onRetry={reload} />;
  if (!rows) return <Skeleton className="h-40" />;
  const of = (state: MemoryState) => rows.filter((row) => stateOf(row) === state);
  const words = new Matcher(query);
  const there = of(shown);
  const found = there.filter(({ content, tags }) => words.isEmpty || words.has([content, ...tags].join('\n')));
  return (
    <>
      <p className="mb-4 text-ink-2 text-sm">{t.about(locrit.name)}</p>
      <Looking locrit={locrit} extraction={extraction} onChange={reload} />
      <div className="mb-3">
        <Choice
          label={t.label}
          value={shown}
          onChange={show}
          options={STATES.map((state) => ({ value: state, label: <Counted state={state} rows={of(state)} /> }))}
        />
      </div>
      <div className="mb-2 flex flex-wrap gap-2">
        <SearchBox value={query} onChange={setQuery} />
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
      {found.length > 0 && <MemoryList key={shown} rows={found} locrit={locrit} />}
      {there.length === 0 && !adding && (
        <EmptyState icon={<NotebookPen />} title={t.none[shown]} text={t.noneHint[shown]} />
      )}
      {there.length > 0 && found.length === 0 && <EmptyState icon={<Search />} title={t.noHits(query)} />}
    </>
  );
}

/** In the address: going back goes back, and a link leads there. */
function useShownState(): [MemoryState, (state: MemoryState) => void] {
  const [search, setSearch] = useSearchParams();
  const asked = search.get('state');
  const shown = STATES.find((state) => state === asked) ?? 'valid';
  return [shown, (state) => setSearch({ tab: 'notes', state })];
}

function Counted({ state, rows }: { state: MemoryState; rows: MemoryRow[] }) {
  const t = useTextOf(notesText);
  return (
    <>
      {t.states[state]} <span className="tabular-nums opacity-80">{rows.length}</span>
    </>
  );
}

function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useTextOf(notesText);
  return (
    <search className="relative min-w-40 flex-1">
      <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-4 text-ink-3" />
      <Input
        type="search"
        aria-label={t.search}
        placeholder={t.search}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="pl-9"
      />
    </search>
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
