import { Suspense } from 'react';
import { useSearchParams } from 'react-router';
import type { LocritRow } from '../../core';
import { Skeleton } from '../kit/states';
import { Tabs } from '../kit/Tabs';
import { LocritPage, NamedLocrit } from '../locrits/LocritPage';
import { explorerText } from '../text/explorer';
import { memoryText } from '../text/memory';
import { useTextOf } from '../text/text';
import { useTitle } from '../title';
import { Opening } from './Opening';
import { TABS } from './tabs';

export default function ExplorerPage() {
  return <NamedLocrit>{(locrit) => <Explorer key={locrit.name} locrit={locrit} />}</NamedLocrit>;
}

/** The tab, and what its list is narrowed down to, are in the address: going back goes back. */
function Explorer({ locrit }: { locrit: LocritRow }) {
  const t = useTextOf(explorerText);
  const memory = useTextOf(memoryText);
  const [search, setSearch] = useSearchParams();
  const asked = search.get('tab');
  const open = TABS.find(({ name }) => name === asked) ?? TABS[0];
  useTitle(memory.title(locrit.name));
  return (
    <LocritPage wide locrit={locrit} intro={memory.label}>
      <Opening locrit={locrit} />
      {/* Around all of them: a tab that is fetched takes the place of the one before when it is here. React would leave a
          placeholder of its own there for 300 ms at least. */}
      <Suspense fallback={<Skeleton className="h-40" />}>
        <Tabs
          label={t.sections}
          value={open?.name ?? 'overview'}
          onChange={(tab) => setSearch({ tab })}
          tabs={TABS.map(({ name, Content }) => ({
            value: name,
            label: t.tabs[name],
            content: <Content locrit={locrit} />,
          }))}
        />
      </Suspense>
    </LocritPage>
  );
}
