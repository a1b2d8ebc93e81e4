import { Star } from 'lucide-react';
import { NavLink } from 'react-router';
import type { ConversationRow } from '../../core';
import { useLive } from '../app-context';
import { previewOf } from '../chat/markdown/plain';
import { SaveGlyph } from '../chat/SaveGlyph';
import { Avatar } from '../kit/Avatar';
import { cx } from '../kit/cx';
import { paths } from '../paths';
import { Time } from '../text/Time';
import { useText } from '../text/text';
import { ConversationMenu } from './ConversationMenu';

interface Props {
  conversation: ConversationRow;
  withLocrit: boolean;
}

export function ConversationItem({ conversation, withLocrit }: Props) {
  const t = useText();
  const title = conversation.title || previewOf(conversation.preview) || t.conversations.untitled;
  return (
    <li className="group/item relative">
      <NavLink
        to={paths.chat(conversation.locrit_name, conversation.conversation_id)}
        className={({ isActive }) =>
          cx(
            'flex h-9 items-center gap-2 rounded-s px-3 text-sm pointer-coarse:h-11 pointer-coarse:pr-11',
            isActive ? 'bg-paper-3 font-[550] text-ink' : 'text-ink-2 hover:bg-paper-3/70 hover:text-ink',
          )
        }
      >
        {withLocrit && <LocritMark name={conversation.locrit_name} />}
        <span dir="auto" className={cx('min-w-0 flex-1 truncate', conversation.unread && 'font-semibold text-ink')}>
          {title}
        </span>
        <Marks conversation={conversation} />
      </NavLink>
      <div className="absolute inset-y-0 right-1 flex items-center opacity-0 focus-within:opacity-100 group-hover/item:opacity-100 has-[[data-state=open]]:opacity-100 pointer-coarse:opacity-100">
        <ConversationMenu conversation={conversation} small />
      </div>
    </li>
  );
}

function LocritMark({ name }: { name: string }) {
  const locrit = useLive((client) => client.locrit(name), [name]);
  return <Avatar locrit={locrit ?? { name, avatar: '' }} size="s" />;
}

/** Give way to the menu button on hover. */
function Marks({ conversation }: { conversation: ConversationRow }) {
  const t = useText();
  return (
    <span className="flex shrink-0 items-center gap-1.5 group-focus-within/item:invisible group-hover/item:invisible">
      {conversation.starred && (
        <Star role="img" aria-label={t.conversations.starred} className="size-3.5 fill-accent text-accent" />
      )}
      {conversation.problem && <SaveGlyph state="attention" />}
      {conversation.generation_id ? (
        <SaveGlyph state="streaming" />
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
