import type { ConversationRow } from '../../core';
import { useText } from '../text/text';

/** Whose conversation it is, where that is not its person: a guest's, by whom his invitation is for, or a visitor's. */
export function VisitorMark({ conversation: { user_id, metadata } }: { conversation: ConversationRow }) {
  const t = useText();
  if (!user_id.startsWith('visitor:')) return null;
  const { guest } = metadata;
  const whose = typeof guest === 'string' && guest ? guest : t.conversations.visitor;
  return (
    <span title={whose} className="max-w-24 shrink-0 truncate rounded-s border border-line px-1 text-ink-3 text-xs">
      {whose}
    </span>
  );
}
