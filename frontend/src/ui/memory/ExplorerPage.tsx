import { MessageSquare } from 'lucide-react';
import { Link, useParams, useSearchParams } from 'react-router';
import type { Locrit } from '../../core';
import { useLive } from '../app-context';
import { Avatar } from '../kit/Avatar';
import { Button } from '../kit/Button';
import { Page } from '../kit/Page';
import { Tabs } from '../kit/Tabs';
import { LocritMissing } from '../locrits/LocritMissing';
import { accentOf } from '../look/accent';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useTitle } from '../title';
import { MessagesTab } from './MessagesTab';
import { Overview } from './Overview';
import { SessionsTab } from './SessionsTab';

export type TabName = 'overview' | 'messages' | 'sessions';

export default function ExplorerPage() {
  const { name = '' } = useParams();
  const locrit = useLive(async (client) => (await client.locrit(name)) ?? null, [name]);
  if (locrit === null) return <LocritMissing name={name} />;
  if (locrit?.name !== name) return null;
  return <Explorer key={name} locrit={locrit} />;
}

/** The tab, the search and the chosen conversation are in the address: going back goes back. */
function Explorer({ locrit }: { locrit: Locrit }) {
  const t = useText();
  const [search, setSearch] = useSearchParams();
  const tab = (search.get('tab') ?? 'overview') as TabName;
  const open = (next: TabName, session?: string) => setSearch(session ? { tab: next, session } : { tab: next });
  useTitle(t.memory.title(locrit.name));
  return (
    <div className="h-full" {...accentOf(locrit.name)}>
      <Page
        wide
        compact
        title={locrit.name}
        intro={t.memory.label}
        mark={<Avatar locrit={locrit} size="l" />}
        actions={
          <Button asChild>
            <Link to={paths.chat(locrit.name)}>
              <MessageSquare aria-hidden className="size-4" />
              {t.locrits.chat(locrit.name)}
            </Link>
          </Button>
        }
      >
        <Tabs
          value={tab}
          onChange={open}
          tabs={[
            { value: 'overview', label: t.memory.overview, content: <Overview locrit={locrit} onOpen={open} /> },
            { value: 'messages', label: t.memory.messages, content: <MessagesTab locrit={locrit} /> },
            { value: 'sessions', label: t.memory.sessions, content: <SessionsTab locrit={locrit} onOpen={open} /> },
          ]}
        />
      </Page>
    </div>
  );
}
