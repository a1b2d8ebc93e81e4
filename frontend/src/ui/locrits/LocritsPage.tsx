import { CloudOff, NotebookPen, Plus } from 'lucide-react';
import { Link } from 'react-router';
import { useClient, useConnection, useIsUnkept, useLive } from '../app-context';
import { Button } from '../kit/Button';
import { NotKept } from '../kit/NotKept';
import { Page } from '../kit/Page';
import { EmptyState, ErrorState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useTitle } from '../title';
import { LocritCard } from './LocritCard';

export function LocritsPage() {
  const t = useText();
  const locrits = useLive((client) => client.locrits(), []);
  useTitle('');
  return (
    <Page title={t.locrits.title} intro={t.locrits.intro} actions={locrits?.length ? <NewButton /> : undefined}>
      {locrits?.length ? (
        <ul className="flex flex-col gap-3">
          {locrits.map((locrit) => (
            <LocritCard key={locrit.id} locrit={locrit} />
          ))}
        </ul>
      ) : (
        <NoLocrits loaded={Boolean(locrits)} />
      )}
    </Page>
  );
}

function NewButton() {
  const t = useText();
  return (
    <Button asChild variant="primary">
      <Link to={paths.create}>
        <Plus aria-hidden className="size-4" />
        {t.locrits.create}
      </Link>
    </Button>
  );
}

/** None are known here: no room for them, still asking, unreachable, or truly none. */
function NoLocrits({ loaded }: { loaded: boolean }) {
  const t = useText();
  const client = useClient();
  const { state, isKnown } = useConnection();
  if (useIsUnkept()) return <NotKept />;
  if (!loaded || (!isKnown && state !== 'offline'))
    return (
      <div className="flex flex-col gap-3">
        {[0, 1, 2].map((n) => (
          <Skeleton key={n} className="h-24 rounded-l" />
        ))}
      </div>
    );
  if (state === 'offline')
    return (
      <ErrorState
        icon={<CloudOff />}
        title={t.locrits.unreachable}
        text={t.locrits.unreachableHint}
        action={<Button onClick={() => client.refreshLocrits().catch(() => undefined)}>{t.retry}</Button>}
      />
    );
  return (
    <EmptyState icon={<NotebookPen />} title={t.locrits.emptyTitle} text={t.locrits.empty} action={<NewButton />} />
  );
}
