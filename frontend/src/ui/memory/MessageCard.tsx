import { Link } from 'react-router';
import type { Locrit } from '../../core';
import { plainText } from '../chat/markdown/plain';
import { Avatar } from '../kit/Avatar';
import { cx } from '../kit/cx';
import { paths } from '../paths';
import { memoryText } from '../text/memory';
import { Time } from '../text/Time';
import { useText, useTextOf } from '../text/text';
import type { Hit, Remembered } from './queries';

interface Props {
  message: Remembered | Hit;
  locrit: Locrit;
  /** Three lines are enough. */
  clamp?: boolean;
}

/** One thing that was said, and the way to where it was said. */
export function MessageCard({ message, locrit, clamp }: Props) {
  const t = useText();
  const memory = useTextOf(memoryText);
  const mine = message.role === 'user';
  const snippet = 'snippet' in message ? message.snippet : null;
  return (
    <li className="border-line border-b last:border-0">
      <Link
        to={paths.chat(locrit.name, message.conversation_id, message.id)}
        title={memory.open}
        className="-mx-3 flex gap-3 rounded-s px-3 py-3 hover:bg-paper-2"
      >
        {mine ? (
          <span
            aria-hidden
            className="flex size-6 shrink-0 items-center justify-center rounded-s bg-paper-3 font-semibold text-ink-2 text-xs"
          >
            {t.chat.you[0]}
          </span>
        ) : (
          <Avatar locrit={locrit} size="s" />
        )}
        <div className="min-w-0 flex-1">
          <p className="flex items-baseline gap-2 text-xs">
            <span className="font-[550] text-sm">{mine ? t.chat.you : locrit.name}</span>
            {'session_name' in message && (
              <span className="truncate text-ink-3">
                {message.session_name || memory.untitled}
                {message.file_name && ` · ${t.finding.inFile(message.file_name)}`}
              </span>
            )}
            <Time moment={message.timestamp} as="brief" className="ml-auto shrink-0 text-ink-3 tabular-nums" />
          </p>
          <p
            className={cx(
              'each-way mt-0.5 whitespace-pre-line text-ink-2 text-sm leading-[1.6] [overflow-wrap:anywhere]',
              clamp && 'line-clamp-3',
            )}
          >
            {snippet ? <Snippet text={plainText(snippet)} /> : plainText(message.content)}
          </p>
        </div>
      </Link>
    </li>
  );
}

/** Matches stand between U+0002 and U+0003. */
function Snippet({ text }: { text: string }) {
  const parts = text.split('\u0002').flatMap((part, at) => {
    const [match = '', rest] = part.split('\u0003');
    return at && rest !== undefined
      ? [
          { at: `${at}m`, text: match, match: true },
          { at: `${at}`, text: rest, match: false },
        ]
      : [{ at: `${at}`, text: part, match: false }];
  });
  return parts.map((part) =>
    part.match ? (
      <mark key={part.at} className="rounded-[3px] bg-mark px-0.5 text-ink">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  );
}
