import { Ellipsis, Star } from 'lucide-react';
import { memo } from 'react';
import { Link } from 'react-router';
import type { ConversationRow } from '../../core';
import { ForkMark } from '../archive/ForkMark';
import { previewOf } from '../chat/markdown/plain';
import { SaveIcon } from '../chat/SaveIcon';
import { VisitorMark } from '../chat/VisitorMark';
import { Avatar } from '../kit/Avatar';
import { cx } from '../kit/cx';
import { paths } from '../paths';
import { Time } from '../text/Time';
import { useText } from '../text/text';

interface Props {
  conversation: ConversationRow;
  /** Of its Locrit, where that is not the same for all of the list. */
  avatar?: string;
  isHere: boolean;
  /** Its menu is open. */
  isOpen: boolean;
  onMenu: (conversation: ConversationRow, button: HTMLElement) => void;
}

/** Drawn again when its conversation changes, and not with the list. The menu is one for all rows. */
export const ConversationItem = memo(function ConversationItem(props: Props) {
  const { conversation, avatar, isHere, isOpen, onMenu } = props;
  const t = useText();
  const title = conversation.title || previewOf(conversation.preview) || t.conversations.untitled;
  const name = t.conversations.actions(conversation.title || t.conversations.untitled);
  return (
    <div className="group/item relative h-full">
      <Link
        to={paths.chat(conversation.locrit_name, conversation.conversation_id)}
        aria-current={isHere ? 'page' : undefined}
        className={cx(
          'flex h-full items-center gap-2 rounded-s px-3 text-sm pointer-coarse:pr-11',
          isHere ? 'bg-paper-3 font-[550] text-ink' : 'text-ink-2 hover:bg-paper-3/70 hover:text-ink',
        )}
      >
        {avatar !== undefined && <Avatar locrit={{ name: conversation.locrit_name, avatar }} size="s" />}
        <span dir="auto" className={cx('min-w-0 flex-1 truncate', conversation.unread && 'font-semibold text-ink')}>
          {title}
        </span>
        <VisitorMark conversation={conversation} />
        <ForkMark forkedFrom={conversation.forked_from} />
        <Marks conversation={conversation} />
      </Link>
      <button
        type="button"
        aria-label={name}
        title={name}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={(event) => onMenu(conversation, event.currentTarget)}
        className="touch-target absolute! inset-y-0 right-1 my-auto inline-flex size-7 items-center justify-center rounded-s text-ink-2 opacity-0 hover:bg-paper-3 hover:text-ink focus-visible:opacity-100 group-focus-within/item:opacity-100 group-hover/item:opacity-100 aria-expanded:bg-paper-3 aria-expanded:opacity-100 pointer-coarse:size-10 pointer-coarse:opacity-100"
      >
        <Ellipsis aria-hidden className="size-[15px]" />
      </button>
    </div>
  );
});

/** Give way to the menu button, to the eye alone. */
function Marks({ conversation }: { conversation: ConversationRow }) {
  const t = useText();
  return (
    <span className="flex shrink-0 items-center gap-1.5 group-focus-within/item:opacity-0 group-hover/item:opacity-0 group-has-[[aria-expanded=true]]/item:opacity-0">
      {conversation.starred && (
        <Star role="img" aria-label={t.conversations.starred} className="size-3.5 fill-accent text-accent" />
      )}
      {conversation.problem && <SaveIcon state="rejected" />}
      {conversation.generation_id ? (
        <SaveIcon state="streaming" />
      ) : conversation.unread ? (
        <span role="img" aria-label={t.conversations.unread} className="size-2 rounded-full bg-accent" />
      ) : (
        <Time
          moment={conversation.updated_at}
          as="brief"
          className="font-normal text-ink-3 text-xs tabular-nums pointer-coarse:hidden"
        />
      )}
    </span>
  );
}
