import { beginsConversation, type OutboxEntry, optimistic } from './commands';
import type { Rows } from './entities';
import { NO_ROWS, put } from './rows';
import type { Conversation, ConversationRow, Message, Refusal } from './types';

/** The server's rows as they will be when the outbox is sent. The rows themselves are never changed by it. */
export function withPending(rows: Rows, entries: readonly OutboxEntry[]): Rows {
  return entries.reduce((seen, entry) => put(seen, optimistic(seen, entry)), rows);
}

/** Newest activity first, without deleted ones. `read` is the message count that was seen last. */
export function conversationRows(
  stored: readonly Conversation[],
  entries: readonly OutboxEntry[],
  read: ReadonlyMap<string, number>,
): ConversationRow[] {
  const rows = put(NO_ROWS, { conversations: stored });
  const pending = latestBy(entries, ({ command }) =>
    (command.type.startsWith('conversation.') || beginsConversation(command)) && 'conversation_id' in command
      ? command.conversation_id
      : undefined,
  );
  return [...withPending(rows, entries).conversations.values()]
    .filter((conversation) => !conversation.deleted_at)
    .sort(newestFirst)
    .map((row) => ({
      ...row,
      ...rejected(pending.get(row.conversation_id)),
      unread: !wasBrought(row) && row.message_count > (read.get(row.conversation_id) ?? row.message_count),
      local: !rows.conversations.has(row.conversation_id),
    }));
}

/** What was said elsewhere, before the conversation was here, is not new. */
function wasBrought({ created_at, updated_at }: Conversation): boolean {
  return updated_at < created_at;
}

/** By activity; of two in the same moment, the one with the greater id. */
export function newestFirst(a: Conversation, b: Conversation): number {
  return compareText(b.updated_at, a.updated_at) || compareText(b.conversation_id, a.conversation_id);
}

/** What an edit lost against may have changed again since: shown is what `keep-mine` would replace. */
export function rejected(entry?: OutboxEntry, stored?: Message): { opId?: string; problem?: Refusal } {
  if (entry?.state !== 'rejected') return {};
  const { op_id: opId, problem } = entry;
  const current = problem?.details?.current;
  if (problem === undefined) return { opId };
  const newer = current !== undefined && stored !== undefined && stored.rev > current.rev;
  return { opId, problem: newer ? { ...problem, details: { ...problem.details, current: stored } } : problem };
}

export function latestBy(entries: readonly OutboxEntry[], idOf: (entry: OutboxEntry) => string | undefined) {
  const found = new Map<string, OutboxEntry>();
  for (const entry of entries) {
    const id = idOf(entry);
    if (id !== undefined && found.get(id)?.state !== 'rejected') found.set(id, entry);
  }
  return found;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
