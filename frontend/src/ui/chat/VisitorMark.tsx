import { type ConversationRow, visitorOf } from '../../core';
import { useText } from '../text/text';

/** Whose conversation it is, where that is not its person: a guest's, by whom his invitation is for, or a visitor's. */
export function VisitorMark({ conversation }: { conversation: ConversationRow }) {
  const whose = useAsker()(visitorOf(conversation));
  if (visitorOf(conversation) === undefined) return null;
  return (
    <span title={whose} className="max-w-24 shrink-0 truncate rounded-s border border-line px-1 text-ink-3 text-xs">
      {whose}
    </span>
  );
}

/** What the one is called who asks: the person who reads this, or the guest or visitor (`visitorOf`). */
export function useAsker(): (visitor?: string | null) => string {
  const { chat, conversations } = useText();
  return (visitor) => (typeof visitor === 'string' ? visitor || conversations.visitor : chat.you);
}
