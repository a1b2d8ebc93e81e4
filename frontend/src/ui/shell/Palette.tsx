import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { parseQuery } from '../../core';
import { useIsUnkept } from '../app-context';
import { cx } from '../kit/cx';
import { Dialog } from '../kit/Dialog';
import { useText } from '../text/text';
import { useChoice } from '../use-choice';
import { FilterLine } from './FilterLine';
import { type Entry, GROUPS, useNamed } from './palette-entries';
import { type SearchPhase, useCompletions, useFound } from './use-found';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Everything that has a name, one key away. */
export function Palette({ open, onOpenChange }: Props) {
  const t = useText();
  return (
    <Dialog
      bare
      open={open}
      onOpenChange={onOpenChange}
      title={t.palette.title}
      className="max-w-140 overflow-hidden p-0"
    >
      <Finder close={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Finder({ close }: { close: () => void }) {
  const listId = useId();
  const [query, setQuery] = useState('');
  const { query: asked, filters } = parseQuery(query);
  const named = useNamed(filters.length ? '' : query);
  const completions = useCompletions(query);
  const said = useFound(asked);
  const found = [...completions, ...(filters.length ? [] : named), ...said.entries];
  const { chosen, point, step } = usePointed(found);

  function ask(text: string) {
    setQuery(text);
    point();
  }

  function choose(entry?: Entry) {
    if (!entry) return;
    if (entry.completes !== undefined) return ask(entry.completes);
    close();
    entry.run();
  }

  function onKeyDown(event: KeyboardEvent) {
    const isAtEdge = query === '' || event.ctrlKey || event.metaKey; // else they move in what is typed
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Home' && isAtEdge) point(0);
    else if (event.key === 'End' && isAtEdge) point(-1);
    else if (event.key === 'Enter') choose(chosen);
    else if (event.key === 'Tab' && chosen?.completes !== undefined) choose(chosen);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <QueryBox
        listId={listId}
        query={query}
        chosen={chosen}
        expanded={found.length > 0}
        onAsk={ask}
        onKeyDown={onKeyDown}
      />
      <FilterLine query={query} filters={filters} onAsk={ask} />
      <Found listId={listId} found={found} chosen={chosen} onChoose={choose} />
      {!found.length && said.state === 'done' && <Nothing query={query} />}
      <SearchState state={said.state} hits={said.entries.length} more={said.more} failure={said.failure} />
    </>
  );
}

function Nothing({ query }: { query: string }) {
  const { unkept, finding } = useText();
  const isUnkept = useIsUnkept();
  return (
    <p className="px-5 py-8 text-center text-ink-3 text-sm [overflow-wrap:anywhere]">
      {isUnkept ? unkept.text : finding.nothing(query)}
    </p>
  );
}

/** The first, until somebody chooses. */
function usePointed(found: Entry[]) {
  const ids = found.map(({ id }) => id);
  const { at, choose, step } = useChoice(ids, 0);
  return { chosen: found[at], point: choose, step };
}

interface QueryBoxProps {
  listId: string;
  query: string;
  chosen?: Entry;
  expanded: boolean;
  onAsk: (query: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function QueryBox({ listId, query, chosen, expanded, onAsk, onKeyDown }: QueryBoxProps) {
  const t = useText();
  return (
    <div className="flex items-center gap-3 border-line border-b px-4">
      <Search aria-hidden className="size-[18px] shrink-0 text-ink-3" />
      <input
        role="combobox"
        aria-expanded={expanded}
        aria-controls={listId}
        aria-activedescendant={chosen && `${listId}-${chosen.id}`}
        aria-label={t.finding.placeholder}
        placeholder={t.finding.placeholder}
        value={query}
        onChange={(event) => onAsk(event.target.value)}
        onKeyDown={onKeyDown}
        className="h-13 flex-1 bg-transparent text-[16px] outline-none"
      />
    </div>
  );
}

interface FoundProps {
  listId: string;
  found: Entry[];
  chosen?: Entry;
  onChoose: (entry: Entry) => void;
}

function Found({ listId, found, chosen, onChoose }: FoundProps) {
  const t = useText();
  return (
    <div
      id={listId}
      role="listbox"
      aria-label={t.palette.title}
      hidden={!found.length}
      className="max-h-[min(400px,55dvh)] overflow-y-auto p-2"
    >
      {GROUPS.map((group) => (
        <Group
          key={group}
          title={group === 'messages' || group === 'filters' ? t.finding[group] : t.palette[group]}
          entries={found.filter((entry) => entry.group === group)}
        >
          {(entry) => (
            <Option
              key={entry.id}
              id={`${listId}-${entry.id}`}
              entry={entry}
              chosen={entry === chosen}
              onChoose={() => onChoose(entry)}
            />
          )}
        </Group>
      ))}
    </div>
  );
}

/** Where the search is, said politely too. */
function SearchState({
  state,
  hits,
  more,
  failure,
}: {
  state: SearchPhase;
  hits: number;
  more: boolean;
  failure?: string;
}) {
  const { finding: t } = useText();
  const said = {
    none: '',
    searching: t.searching,
    looking: t.looking,
    done: hits ? t.found(hits, more) : '',
    offline: t.offline,
    failed: t.failed(failure ?? ''),
  };
  return (
    <output aria-live="polite" className="block min-h-8 border-line border-t px-4 py-1.5 text-ink-3 text-xs">
      {said[state]}
    </output>
  );
}

function Group({
  title,
  entries,
  children,
}: {
  title: string;
  entries: Entry[];
  children: (entry: Entry) => ReactNode;
}) {
  if (!entries.length) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a listbox is grouped by role.
    <div role="group" aria-label={title}>
      <div aria-hidden className="px-3 pt-2 pb-1 text-ink-3 text-xs">
        {title}
      </div>
      {entries.map(children)}
    </div>
  );
}

interface OptionProps {
  id: string;
  entry: Entry;
  chosen: boolean;
  onChoose: () => void;
}

function Option({ id, entry, chosen, onChoose }: OptionProps) {
  useEffect(() => {
    if (chosen) document.getElementById(id)?.scrollIntoView?.({ block: 'nearest' });
  }, [chosen, id]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the box above has the focus and the keys.
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      onClick={onChoose}
      className={cx(
        'flex min-h-10 cursor-pointer items-center gap-3 rounded-s px-3 text-sm hover:bg-paper-3 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3',
        chosen && 'bg-accent-soft hover:bg-accent-soft',
      )}
    >
      <span className="flex w-6 justify-center">{entry.icon}</span>
      {entry.group === 'messages' ? (
        <span className="min-w-0 flex-1 py-1.5">
          <span className="line-clamp-2">{entry.label}</span>
          <span className="block truncate text-ink-3 text-xs">{entry.note}</span>
        </span>
      ) : (
        <>
          <span className="min-w-0 flex-1 truncate">{entry.label}</span>
          {entry.note && <span className="max-w-[40%] shrink-0 truncate text-ink-3 text-xs">{entry.note}</span>}
        </>
      )}
    </div>
  );
}
