import { Brain, Settings2, Shapes, SquarePen, Star } from 'lucide-react';
import { Link } from 'react-router';
import type { ConversationRow, Locrit } from '../../core';
import { useClient } from '../app-context';
import { Avatar } from '../kit/Avatar';
import { IconButton } from '../kit/Button';
import { cx } from '../kit/cx';
import { LocritModel } from '../models/LocritModel';
import { ThinkMenu } from '../models/Think';
import { paths } from '../paths';
import { ConversationMenuButton } from '../shell/ConversationMenu';
import { SidebarButton } from '../shell/SidebarButton';
import { useText } from '../text/text';
import { VisitorMark } from './VisitorMark';

interface Props {
  locrit: Locrit;
  conversation?: ConversationRow;
}

export function ChatHeader({ locrit, conversation }: Props) {
  const t = useText();
  return (
    <header className="@container flex min-h-14 shrink-0 items-center gap-1 border-line border-b px-2 wide:px-4">
      <SidebarButton />
      <div className="mr-auto flex min-w-0 items-center gap-3 px-2">
        <Link to={paths.chat(locrit.name)} tabIndex={-1} aria-hidden className="rounded-s">
          <Avatar locrit={locrit} />
        </Link>
        <div className="min-w-0">
          <h1 className="font-semibold text-sm leading-4 [overflow-wrap:anywhere]">
            <Link
              to={paths.chat(locrit.name)}
              className="line-clamp-2 py-1 rounded-s hover:underline wide:line-clamp-1 wide:py-0 wide:leading-6"
            >
              {conversation?.title || locrit.name}
            </Link>
          </h1>
          <div className="flex min-w-0 items-center gap-1 text-ink-3 text-xs">
            {conversation?.title && (
              <span className="max-w-[50%] shrink-0 truncate max-sm:hidden">{locrit.name} ·</span>
            )}
            {conversation && <VisitorMark conversation={conversation} />}
            <LocritModel locrit={locrit} />
            {conversation && <ThinkMenu locrit={locrit} conversation={conversation} />}
          </div>
        </div>
      </div>
      {conversation && (
        <IconButton asChild label={t.conversations.start} side="bottom" className="wide:hidden">
          <Link to={paths.chat(locrit.name)}>
            <SquarePen />
          </Link>
        </IconButton>
      )}
      {conversation && <StarButton conversation={conversation} />}
      <OfLocrit locrit={locrit} conversation={conversation} />
      {conversation && <ConversationMenuButton conversation={conversation} />}
    </header>
  );
}

/** On a phone a conversation's menu has the last two. */
function OfLocrit({ locrit, conversation }: Props) {
  const t = useText();
  const notOnPhone = cx(conversation && 'max-sm:hidden');
  return (
    <>
      <IconButton asChild label={t.chat.memory} words={t.chat.memory} side="bottom">
        <Link to={paths.memory(locrit.name)}>
          <Brain />
        </Link>
      </IconButton>
      <IconButton asChild label={t.locrits.made(locrit.name)} side="bottom" className={notOnPhone}>
        <Link to={paths.artifacts(locrit.name)}>
          <Shapes />
        </Link>
      </IconButton>
      <IconButton asChild label={t.chat.settings} words={t.nav.settings} side="bottom" className={notOnPhone}>
        <Link to={paths.locrit(locrit.name)}>
          <Settings2 />
        </Link>
      </IconButton>
    </>
  );
}

function StarButton({ conversation }: { conversation: ConversationRow }) {
  const t = useText();
  const client = useClient();
  const { starred, conversation_id } = conversation;
  return (
    <IconButton
      side="bottom"
      label={starred ? t.conversations.unstar : t.conversations.star}
      words={starred ? t.conversations.unstar : t.conversations.star}
      aria-pressed={starred}
      className="hidden sm:inline-flex"
      onClick={() => client.actions.editConversation(conversation_id, { starred: !starred })}
    >
      <Star className={cx(starred && 'fill-accent text-accent')} />
    </IconButton>
  );
}
