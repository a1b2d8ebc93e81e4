import {
  Brain,
  Contrast,
  Database,
  Keyboard,
  LibraryBig,
  MessageSquare,
  Plus,
  Settings,
  SquarePen,
  Trash2,
} from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useNavigate } from 'react-router';
import { useClient, useLive } from '../app-context';
import { Avatar } from '../kit/Avatar';
import { useSpoken } from '../locrits/use-spoken';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useShell } from './shell-context';
import { useHere } from './use-shortcuts';

export const GROUPS = ['filters', 'locrits', 'conversations', 'actions', 'messages'] as const;

export interface Entry {
  id: string;
  group: (typeof GROUPS)[number];
  label: ReactNode;
  /** What it is found by, beside the note. */
  name: string;
  note?: string;
  icon: ReactNode;
  /** Said to be in the box instead, when it is chosen: it is not left then. */
  completes?: string;
  run: () => void;
}

const MAX_PER_GROUP = 8;

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Entries whose name or note has every word of the query; case and accents do not matter. */
export function useNamed(query: string): Entry[] {
  const entries = useEntries();
  return useMemo(() => {
    const words = plain(query).split(/\s+/).filter(Boolean);
    const fits = (entry: Entry) => words.every((word) => plain(`${entry.name} ${entry.note ?? ''}`).includes(word));
    return GROUPS.flatMap((group) =>
      entries.filter((entry) => entry.group === group && fits(entry)).slice(0, MAX_PER_GROUP),
    );
  }, [entries, query]);
}

function useEntries(): Entry[] {
  const t = useText();
  const spoken = useSpoken();
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
        name: locrit.name,
        note: spoken(locrit).description,
        icon: <Avatar locrit={locrit} size="s" />,
        run: () => navigate(paths.chat(locrit.name)),
      }),
    ),
    ...conversations.map(
      (conversation): Entry => ({
        id: `c-${conversation.conversation_id}`,
        group: 'conversations',
        label: conversation.title || t.conversations.untitled,
        name: conversation.title || t.conversations.untitled,
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
    name: label,
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
    action('a-home', t.nav.everyone, <LibraryBig />, () => navigate(paths.locrits)),
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
