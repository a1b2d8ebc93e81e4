import { fold } from '../../src/core/matching';
import type { Conversation, Message } from '../../src/core/types';
import { refused } from './refused';

type Query = Record<string, unknown>;

/** A page of a conversation's messages, as the real server cuts it. */
export function pageOf(all: Message[], query: Query, head_seq: number) {
  const alive = all.filter((message) => query.include_deleted || !message.deleted_at);
  const limit = Number(query.limit ?? 50);
  if (query.around !== undefined || query.at !== undefined) return { ...around(alive, query, limit), head_seq };
  const after = Number(query.after ?? -1);
  const found = alive.filter(({ seq }) => seq < Number(query.before ?? Infinity) && seq > after);
  const messages = after < 0 ? found.slice(-limit) : found.slice(0, limit);
  const has_more = messages.length < found.length;
  return { messages, has_more, has_newer: false, target_id: null, head_seq };
}

function around(alive: Message[], query: Query, limit: number) {
  const isTarget = (message: Message) =>
    query.around === undefined ? message.created_at >= String(query.at) : message.message_id === query.around;
  const target = alive.findIndex(isTarget);
  if (target < 0 && query.around !== undefined) throw refused(404, 'not_found');
  const from = target < 0 ? Math.max(alive.length - limit, 0) : Math.max(target - Math.floor(limit / 2), 0);
  const to = target < 0 ? alive.length : target + Math.ceil(limit / 2);
  const target_id = alive[target]?.message_id ?? null;
  return {
    messages: alive.slice(from, to),
    has_more: from > 0,
    has_newer: to < alive.length,
    target_id,
  };
}

export function isCalled(row: Conversation, words: unknown): boolean {
  return fold(String(words ?? ''))
    .split(' ')
    .every((word) => fold(row.title).includes(word));
}
