import { MessageSquareDashed } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { ConversationRow, MessageRow, ShownMessages } from '../../core';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { EmptyState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { type AllText, useText } from '../text/text';

/** In the place of a version that is gone: it leads to what was said after it. */
export function Gone({ message }: { message: MessageRow }) {
  const t = useText();
  const client = useClient();
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-s border border-line border-dashed py-2 pr-2 pl-4 text-ink-3 text-sm">
      <p className="min-w-40 flex-1">{whatIsGone(message, t)}</p>
      {isInTrash(message) && (
        <Button small onClick={() => client.actions.restoreMessage(message.message_id)}>
          {t.archive.restore}
        </Button>
      )}
    </div>
  );
}

function whatIsGone({ forgotten_at, rev, role }: MessageRow, t: AllText): string {
  if (forgotten_at) return t.gone.forgotten;
  if (!rev) return t.gone.absent;
  return role === 'user' ? t.gone.question : t.gone.reply;
}

function isInTrash({ deleted_at, forgotten_at, rev }: MessageRow): boolean {
  return deleted_at !== null && forgotten_at === null && rev > 0;
}

interface NothingProps {
  conversationId: string;
  conversation?: ConversationRow;
  shown: ShownMessages;
}

/** A conversation of which nothing is to be seen: not yet loaded, not yet begun, or deleted. */
export function NothingHere({ conversationId, conversation, shown: { messages, atStart } }: NothingProps) {
  const t = useText().gone;
  const client = useClient();
  const deleted = messages.filter(isInTrash).sort((a, b) => (a.deleted_at ?? '').localeCompare(b.deleted_at ?? ''));
  const last = deleted.at(-1)?.message_id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page of which nothing is there asks for the next one.
  useEffect(() => {
    if (!atStart) client.loadOlder(conversationId).catch(() => false); // Offline: there is nothing to be seen of it.
  }, [client, conversationId, atStart, messages.length]);
  if (messages.length ? !atStart : conversation?.message_count)
    return (
      <div className="column flex-1 pt-8">
        <Skeleton className="h-24" />
      </div>
    );
  const [title, text] = last
    ? [t.empty, t.emptyHint]
    : messages.length
      ? [t.empty, t.emptyForgotten]
      : conversation?.local
        ? [t.copying, t.copyingHint] // anything else that only this browser has begins with a message
        : [t.fresh, t.freshHint];
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <EmptyState
        className="late my-auto"
        icon={<MessageSquareDashed />}
        title={title}
        text={text}
        action={
          last && (
            <>
              <Button onClick={() => client.actions.restoreMessage(last)}>{t.bringBack}</Button>
              <Button variant="ghost" asChild>
                <Link to={paths.trash}>{t.openTrash}</Link>
              </Button>
            </>
          )
        }
      />
    </div>
  );
}
