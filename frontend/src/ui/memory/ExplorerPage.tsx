import { Shapes } from 'lucide-react';
import { Link, useSearchParams } from 'react-router';
import type { LocritRow } from '../../core';
import { Tabs } from '../kit/Tabs';
import { LocritPage, NamedLocrit } from '../locrits/LocritPage';
import { paths } from '../paths';
import { memoryText } from '../text/memory';
import { notesText } from '../text/notes';
import { useText, useTextOf } from '../text/text';
import { useTitle } from '../title';
import { MemoriesTab } from './MemoriesTab';
import { MessagesTab } from './MessagesTab';
import { Overview } from './Overview';
import { SessionsTab } from './SessionsTab';
import type { TabName } from './tabs';

export default function ExplorerPage() {
  return <NamedLocrit>{(locrit) => <Explorer key={locrit.name} locrit={locrit} />}</NamedLocrit>;
}

/** The tab, the search and the chosen conversation are in the address: going back goes back. */
function Explorer({ locrit }: { locrit: LocritRow }) {
  const t = useText();
  const notes = useTextOf(notesText);
  const memory = useTextOf(memoryText);
  const [search, setSearch] = useSearchParams();
  const tab = (search.get('tab') ?? 'overview') as TabName;
  const open = (next: TabName, session?: string) => setSearch(session ? { tab: next, session } : { tab: next });
  useTitle(memory.title(locrit.name));
  return (
    <LocritPage wide locrit={locrit} intro={memory.label}>
      <p className="mb-4 text-sm">
        <Link to={paths.artifacts(locrit.name)} className="touch-target inline-flex items-center gap-2 hover:underline">
          <Shapes aria-hidden className="size-4" />
          {t.locrits.made(locrit.name)}
        </Link>
      </p>
      <Tabs
        value={tab}
        onChange={open}
        tabs={[
          { value: 'overview', label: memory.overview, content: <Overview locrit={locrit} onOpen={open} /> },
          { value: 'messages', label: memory.messages, content: <MessagesTab locrit={locrit} /> },
          { value: 'sessions', label: memory.sessions, content: <SessionsTab locrit={locrit} onOpen={open} /> },
          { value: 'notes', label: notes.label, content: <MemoriesTab locrit={locrit} /> },
        ]}
      />
    </LocritPage>
  );
}
