import {
  Boxes,
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
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { type Conversation, fold, visitorOf } from '../../core';
import { useClient, useLive } from '../app-context';
import { previewOf } from '../chat/markdown/plain';
import { useAsker } from '../chat/VisitorMark';
import { Avatar } from '../kit/Avatar';
import { useSpoken } from '../locrits/use-spoken';
import { paths } from '../paths';
import { useRouteParams } from '../route-params';
import { useText } from '../text/text';
import { useShell } from './shell-context';

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

/** Entries whose name or note has every word of the query; case and accents do not matter. */
export function useNamed(query: string): Entry[] {
  const entries = useEntries(query);
  return useMemo(() => {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const fits = (entry: Entry) => words.every((word) => fold(`${entry.name} ${entry.note ?? ''}`).includes(word));
    return GROUPS.flatMap((group) =>
      entries.filter((entry) => entry.group === group && fits(entry)).slice(0, MAX_PER_GROUP),
    );
  }, [entries, query]);
}

function useEntries(query: string): Entry[] {
  const t = useText();
  const spoken = useSpoken();
  const locrits = useLive((client) => client.locrits(), []) ?? [];
  const conversations = useCalled(query);
  const asker = useAsker();
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
    ...conversations.map((conversation): Entry => {
      const { conversation_id, title, preview, locrit_name } = conversation;
      const visitor = visitorOf(conversation);
      const name = title || previewOf(preview) || t.conversations.untitled;
      const run = () => navigate(paths.chat(locrit_name, conversation_id));
      return {
        id: `c-${conversation_id}`,
        group: 'conversations',
        label: name,
        name,
        note: visitor === undefined ? locrit_name : `${locrit_name} · ${asker(visitor)}`,
        icon: <MessageSquare />,
        run,
      };
    }),
    ...actions,
  ];
}

/** Conversations of that name, as they are found, and again when something happens; without a query one's own newest. */
function useCalled(query: string): Conversation[] {
  const client = useClient();
  const newest = useLive((client) => client.conversations({ own: true, limit: MAX_PER_GROUP }), []);
  const [called, setCalled] = useState<Conversation[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest tell that something happened.
  useEffect(() => {
    if (!query.trim()) return;
    const control = new AbortController();
    client.called(query, setCalled, control.signal).catch((error: unknown) => {
      if (!control.signal.aborted) throw error;
    });
    return () => control.abort();
  }, [client, query, newest]);
  return query.trim() ? called : (newest ?? []);
}

function useActions(): Entry[] {
  const t = useText();
  const client = useClient();
  const navigate = useNavigate();
  const { openShortcuts } = useShell();
  const { locrit } = useRouteParams();
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
    action('a-models', t.models.title, <Boxes />, () => navigate(paths.models)),
    action('a-storage', t.archive.storage, <Database />, () => navigate(paths.storage)),
    action('a-keys', t.nav.shortcuts, <Keyboard />, openShortcuts),
    action('a-light', t.palette.themeTo(t.settings.light), <Contrast />, () => client.setTheme('light')),
    action('a-dark', t.palette.themeTo(t.settings.dark), <Contrast />, () => client.setTheme('dark')),
    action('a-system', t.palette.themeTo(t.settings.system), <Contrast />, () => client.setTheme('system')),
  ];
}
