import {
  Brain,
  Contrast,
  Database,
  Keyboard,
  LibraryBig,
  MessageSquare,
  Plus,
  Search,
  Settings,
  SquarePen,
  Trash2,
} from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { useClient, useLive } from '../app-context';
import { Avatar } from '../kit/Avatar';
import { cx } from '../kit/cx';
import { Dialog } from '../kit/Dialog';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useShell } from './shell-context';
import { useHere } from './use-shortcuts';

interface Entry {
  id: string;
  group: 'locrits' | 'conversations' | 'actions';
  label: string;
  note?: string;
  icon: ReactNode;
  run: () => void;
}

const MAX_PER_GROUP = 8;
const GROUPS = ['locrits', 'conversations', 'actions'] as const;

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
  const t = useText();
  const listId = useId();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const found = useMatching(query);
  const chosen = found[at];

  function choose(entry?: Entry) {
    if (!entry) return;
    close();
    entry.run();
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step) setAt((at + step + found.length) % Math.max(found.length, 1));
    else if (event.key === 'Enter') choose(chosen);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <div className="flex items-center gap-3 border-line border-b px-4">
        <Search aria-hidden className="size-[18px] shrink-0 text-ink-3" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={chosen && `${listId}-${chosen.id}`}
          aria-label={t.palette.placeholder}
          placeholder={t.palette.placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          className="h-13 flex-1 bg-transparent text-[16px] outline-none"
        />
      </div>
      <div
        id={listId}
        role="listbox"
        aria-label={t.palette.title}
        className="max-h-[min(400px,55dvh)] overflow-y-auto p-2"
      >
        {GROUPS.map((group) => (
          <Group key={group} title={t.palette[group]} entries={found.filter((entry) => entry.group === group)}>
            {(entry) => (
              <Option
                key={entry.id}
                id={`${listId}-${entry.id}`}
                entry={entry}
                chosen={entry === chosen}
                onChoose={() => choose(entry)}
              />
            )}
          </Group>
        ))}
        {!found.length && <p className="px-3 py-6 text-center text-ink-3 text-sm">{t.palette.none(query)}</p>}
      </div>
    </>
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
      <span className="min-w-0 flex-1 truncate">{entry.label}</span>
      {entry.note && <span className="max-w-[28%] shrink-0 truncate sm:max-w-60 text-ink-3 text-xs">{entry.note}</span>}
    </div>
  );
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Entries whose name or note has every word of the query; case and accents do not matter. */
function useMatching(query: string): Entry[] {
  const entries = useEntries();
  return useMemo(() => {
    const words = plain(query).split(/\s+/).filter(Boolean);
    const fits = (entry: Entry) => words.every((word) => plain(`${entry.label} ${entry.note ?? ''}`).includes(word));
    return GROUPS.flatMap((group) =>
      entries.filter((entry) => entry.group === group && fits(entry)).slice(0, MAX_PER_GROUP),
    );
  }, [entries, query]);
}

function useEntries(): Entry[] {
  const t = useText();
  const locrits = useLive((client) => client.locrits(), []) ?? [];
  const conversations = useLive((client) => client.conversations({}), []) ?? [];
  const navigate = useNavigate();
  const actions = useActions();
  return [
    ...locrits.map(
      (locrit): Entry => ({
        id: `l-${locrit.id}`,
        group: 'locrits',
        label: locrit.name,
        note: locrit.description,
        icon: <Avatar locrit={locrit} size="s" />,
        run: () => navigate(paths.chat(locrit.name)),
      }),
    ),
    ...conversations.map(
      (conversation): Entry => ({
        id: `c-${conversation.conversation_id}`,
        group: 'conversations',
        label: conversation.title || t.conversations.untitled,
        note: conversation.locrit_name,
        icon: <MessageSquare />,
        run: () => navigate(paths.chat(conversation.locrit_name, conversation.conversation_id)),
      }),
    ),
    ...actions,
  ];
}

function useActions(): Entry[] {
  const t = useText();
  const client = useClient();
  const navigate = useNavigate();
  const { openShortcuts } = useShell();
  const { locrit } = useHere();
  const action = (id: string, label: string, icon: ReactNode, run: () => void): Entry => ({
    id,
    group: 'actions',
    label,
    icon,
    run,
  });
  const ofLocrit = locrit
    ? [
        action('a-new', t.conversations.start, <SquarePen />, () => navigate(paths.chat(locrit))),
        action('a-memory', t.locrits.memory(locrit), <Brain />, () => navigate(paths.memory(locrit))),
        action('a-edit', t.locrits.settings(locrit), <Settings />, () => navigate(paths.locrit(locrit))),
      ]
    : [];
  return [
    ...ofLocrit,
    action('a-home', t.nav.everyone, <LibraryBig />, () => navigate(paths.home)),
    action('a-create', t.nav.newLocrit, <Plus />, () => navigate(paths.create)),
    action('a-settings', t.nav.settings, <Settings />, () => navigate(paths.settings)),
    action('a-trash', t.archive.trash, <Trash2 />, () => navigate(paths.trash)),
    action('a-storage', t.archive.storage, <Database />, () => navigate(paths.storage)),
    action('a-keys', t.nav.shortcuts, <Keyboard />, openShortcuts),
    action('a-light', t.palette.themeTo(t.settings.light), <Contrast />, () => client.setTheme('light')),
    action('a-dark', t.palette.themeTo(t.settings.dark), <Contrast />, () => client.setTheme('dark')),
    action('a-system', t.palette.themeTo(t.settings.system), <Contrast />, () => client.setTheme('system')),
  ];
}
