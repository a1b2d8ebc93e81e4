import { MessagesSquare } from 'lucide-react';
import { Link } from 'react-router';
import type { Locrit } from '../../core';
import { ForkMark } from '../archive/ForkMark';
import { Button } from '../kit/Button';
import { EmptyState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { memoryText } from '../text/memory';
import { Time } from '../text/Time';
import { useTextOf } from '../text/text';
import { MemoryFailed } from './MemoryFailed';
import { type Session, useSessions } from './queries';
import type { TabName } from './tabs';

interface Props {
  locrit: Locrit;
  onOpen: (tab: TabName, session: string) => void;
}

export function SessionsTab({ locrit, onOpen }: Props) {
  const t = useTextOf(memoryText);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useSessions(locrit.name);
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-40" />;
  const sessions = data.pages.flatMap((page) => page.sessions);
  if (!sessions.length) return <EmptyState icon={<MessagesSquare />} title={t.noSessions} />;
  return (
    <>
      <ul>
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            locrit={locrit}
            onBrowse={() => onOpen('messages', session.id)}
          />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="mt-4" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t.more}
        </Button>
      )}
    </>
  );
}

function SessionRow({ session, locrit, onBrowse }: { session: Session; locrit: Locrit; onBrowse: () => void }) {
  const t = useTextOf(memoryText);
  return (
    <li className="flex items-center gap-4 border-line border-b py-3 last:border-0">
      <div className="min-w-0 flex-1">
        <Link
          to={paths.chat(locrit.name, session.conversation_id)}
          dir="auto"
          className="touch-target block truncate font-[550] text-sm hover:underline"
          title={t.openChat}
        >
          <ForkMark forkedFrom={session.forked_from} />
          {session.name || session.topic || t.untitled}
        </Link>
        <p className="truncate text-ink-3 text-xs tabular-nums">
          {t.sessionCount(session.message_count)} · <Time moment={session.updated_at} as="dated" />
        </p>
      </div>
      <Button small onClick={onBrowse}>
        {t.browse}
      </Button>
    </li>
  );
}
