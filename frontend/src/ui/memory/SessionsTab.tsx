import { Ellipsis, MessagesSquare } from 'lucide-react';
import { Link } from 'react-router';
import type { Conversation, ConversationRow, LocritRow } from '../../core';
import { useLive } from '../app-context';
import { ForkMark } from '../archive/ForkMark';
import { VisitorMark } from '../chat/VisitorMark';
import { IconButton } from '../kit/Button';
import { LongList } from '../kit/LongList';
import { EmptyState, Skeleton } from '../kit/states';
import { nextPage } from '../next-page';
import { paths } from '../paths';
import { useConversationMenu } from '../shell/ConversationMenu';
import { explorerText } from '../text/explorer';
import { memoryText } from '../text/memory';
import { Time } from '../text/Time';
import { useText, useTextOf } from '../text/text';
import { Export } from './Export';
import { MemoryFailed } from './MemoryFailed';
import { useConversations } from './queries';

const ROW_PX = 64;

/** All conversations, what was active last first: renamed, archived and thrown away as in the sidebar. */
export function SessionsTab({ locrit }: { locrit: LocritRow }) {
  const t = useTextOf(explorerText);
  const memory = useTextOf(memoryText);
  const listed = useConversations(locrit.name);
  const { data, error, refetch } = listed;
  const { menu, openFor, open } = useConversationMenu();
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-40" />;
  const conversations = new Map(
    data.pages.flatMap((page) => page.conversations).map((one) => [one.conversation_id, one]),
  );
  if (!conversations.size)
    return <EmptyState icon={<MessagesSquare />} title={memory.noSessions} text={t.noSessionsHint} />;
  return (
    <>
      <div className="mb-2 flex justify-end">
        <Export locrit={locrit} what="conversations" />
      </div>
      <LongList
        label={t.tabs.sessions}
        rows={[...conversations.values()]}
        keyOf={(one) => one.conversation_id}
        height={ROW_PX}
        onEnd={nextPage(listed)}
      >
        {(one) => (
          <SessionRow conversation={one} locrit={locrit} isOpen={openFor === one.conversation_id} onMenu={open} />
        )}
      </LongList>
      {menu}
    </>
  );
}

interface Props {
  conversation: Conversation;
  locrit: LocritRow;
  isOpen: boolean;
  onMenu: (conversation: ConversationRow, button: HTMLElement) => void;
}

function SessionRow({ conversation, locrit, isOpen, onMenu }: Props) {
  const t = useTextOf(memoryText);
  const { conversations } = useText();
  const { conversation_id } = conversation;
  const kept = useLive((client) => client.conversation(conversation_id), [conversation_id]);
  const row = kept ?? { ...conversation, unread: false };
  if (row.deleted_at) return null;
  const name = row.title || t.untitled;
  return (
    <div className="flex items-center gap-2 border-line border-b py-3">
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <Link
            to={paths.chat(locrit.name, conversation_id)}
            dir="auto"
            className="touch-target min-w-0 truncate font-[550] text-sm hover:underline"
            title={t.openChat}
          >
            <ForkMark forkedFrom={row.forked_from} />
            {name}
          </Link>
          <VisitorMark conversation={row} />
        </div>
        <p className="truncate text-ink-3 text-xs tabular-nums">
          <Link
            to={paths.explorer(locrit.name, 'messages', { conversation: conversation_id })}
            title={t.browse}
            className="touch-target underline underline-offset-2 hover:text-ink"
          >
            {t.sessionCount(row.message_count)}
          </Link>{' '}
          · <Time moment={row.updated_at} as="dated" />
          {row.archived && ` · ${conversations.archived}`}
        </p>
      </div>
      <IconButton
        label={conversations.actions(name)}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={({ currentTarget }) => onMenu(row, currentTarget)}
      >
        <Ellipsis />
      </IconButton>
    </div>
  );
}
