import {
  type ConversationFilter,
  type ConversationRow,
  type ConversationWindow,
  type ConversationWindowQuery,
  visitorOf,
} from '../../core';
import type { DemoStore } from './demo-store';

/** Newest activity first. */
export function listed({ conversations }: DemoStore, { locrit, archived = false, own, limit }: ConversationFilter) {
  return conversations
    .filter((each) => !each.deleted_at && each.archived === archived && (!locrit || each.locrit_name === locrit))
    .filter((each) => !own || visitorOf(each) === undefined)
    .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1))
    .slice(0, limit);
}

export function windowOf(store: DemoStore, { since = [], from, to, ...filter }: ConversationWindowQuery) {
  const groups: ConversationRow[][] = [[], ...since.map(() => []), []];
  const groupOf = ({ pinned, updated_at }: ConversationRow) =>
    pinned && !filter.archived ? 0 : 1 + since.filter((moment) => updated_at < moment).length;
  for (const row of listed(store, filter)) groups[groupOf(row)]?.push(row);
  const counts = groups.map((group) => group.length).slice(filter.archived ? 1 : 0);
  return { counts, from, rows: groups.flat().slice(from, to) } satisfies ConversationWindow;
}

export function beside(store: DemoStore, id: string | undefined, step: number, filter: ConversationFilter) {
  const { rows } = windowOf(store, { ...filter, from: 0, to: Infinity });
  const at = rows.findIndex((each) => each.conversation_id === id);
  return rows[at < 0 ? 0 : at + step];
}
