import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Locrit } from '../../core';
import { plainText } from '../chat/markdown/plain';
import { useAsker } from '../chat/VisitorMark';
import { Avatar } from '../kit/Avatar';
import { Snippet } from '../kit/Snippet';
import { paths } from '../paths';
import { memoryText } from '../text/memory';
import { Time } from '../text/Time';
import { useText, useTextOf } from '../text/text';
import type { Found } from './queries';

interface Props {
  message: Found;
  locrit: Locrit;
  /** What can be done with it. */
  actions?: ReactNode;
}

/** One thing that was said, and the way to where it was said. */
export function MessageCard({ message, locrit, actions }: Props) {
  const t = useText();
  const asker = useAsker()(message.visitor);
  const memory = useTextOf(memoryText);
  const mine = message.role === 'user';
  return (
    <div className="flex items-start gap-1 border-line border-b">
      <Link
        to={paths.chat(locrit.name, message.conversation_id, message.message_id)}
        title={memory.open}
        className="-ml-3 flex min-w-0 flex-1 gap-3 rounded-s px-3 py-3 -outline-offset-2 hover:bg-paper-2"
      >
        {mine ? (
          <span
            aria-hidden
            className="flex size-6 shrink-0 items-center justify-center rounded-s bg-paper-3 font-semibold text-ink-2 text-xs"
          >
            {[...asker][0]}
          </span>
        ) : (
          <Avatar locrit={locrit} size="s" />
        )}
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2 text-xs">
            <span className="max-w-1/2 shrink-0 truncate font-[550] text-sm">{mine ? asker : locrit.name}</span>
            <span dir="auto" className="min-w-0 truncate text-ink-3">
              {message.session_name || memory.untitled}
              {message.file_name && ` · ${t.finding.inFile(message.file_name)}`}
            </span>
            <Time moment={message.created_at} as="brief" className="ml-auto shrink-0 text-ink-3 tabular-nums" />
          </span>
          <span className="mt-0.5 line-clamp-3 text-ink-2 text-sm leading-[1.6]">
            <Snippet text={plainText(message.snippet)} />
          </span>
        </span>
      </Link>
      {actions && <span className="py-2">{actions}</span>}
    </div>
  );
}
