import { useEffect, useMemo, useRef, useState } from 'react';
import type { ConversationFilter, ConversationRow } from '../../core';
import { useCalmLive, useClient, useConnection } from '../app-context';
import { dayStart } from '../text/format-date';

const GROUPS = ['pinned', 'today', 'yesterday', 'week', 'older'] as const;
/** Days before today on which a group begins: today, yesterday, the week. */
const BEGIN_DAYS = [0, 1, 6];
/** The window that is read begins and ends at a multiple of this. */
const STEP_ROWS = 25;

export interface Group {
  name: (typeof GROUPS)[number];
  rows: number;
}

/** A line of the list: the heading of a group, or row `at` of the whole list. */
export interface Item {
  index: number;
  group?: Group;
  isHeading: boolean;
  at: number;
}

/** The groups that have any conversations, undefined until it is known, and the rows that were read around what is in sight. */
export function useConversations({ locrit, archived }: ConversationFilter, { from, to }: { from: number; to: number }) {
  const today = dayStart(Date.now());
  const list = useCalmLive(
    (client) => client.conversationWindow({ locrit, archived, since: beginnings(today), from, to }),
    [locrit, archived, today, from, to],
  );
  const rows = useUnchanged(list?.rows);
  const groups = useMemo(() => list && groupsOf(list.counts), [list]);
  return { groups, rowAt: (at: number): ConversationRow | undefined => rows[at - (list?.from ?? 0)] };
}

/** Local midnights, in the form in which the rows tell their time. */
function beginnings(today: number): string[] {
  return BEGIN_DAYS.map((days) => {
    const date = new Date(today);
    date.setDate(date.getDate() - days);
    return date.toISOString();
  });
}

function groupsOf(counts: number[]): Group[] {
  const names = GROUPS.slice(GROUPS.length - counts.length);
  return names.map((name, at) => ({ name, rows: counts[at] ?? 0 })).filter(({ rows }) => rows > 0);
}

/** How many lines they make: a heading for each. */
export function itemsOf(groups: Group[]): number {
  return groups.reduce((sum, { rows }) => sum + rows + 1, 0);
}

export function itemAt(groups: Group[], index: number): Item {
  let start = 0;
  for (const [headings, group] of groups.entries()) {
    if (index <= start + group.rows) return { index, group, isHeading: index === start, at: index - headings - 1 };
    start += group.rows + 1;
  }
  return { index, isHeading: false, at: index };
}

/** The rows to be read for these lines: some more, so that a little scrolling reads nothing. */
export function rowsAround(sight: { from: number; to: number }) {
  const from = Math.max(0, sight.from - GROUPS.length - STEP_ROWS / 2);
  const to = sight.to + STEP_ROWS / 2;
  return { from: Math.floor(from / STEP_ROWS) * STEP_ROWS, to: Math.ceil(to / STEP_ROWS) * STEP_ROWS };
}

/** What says the same stays the same object: only what changed is drawn again. */
function useUnchanged(rows: ConversationRow[] = []): ConversationRow[] {
  const known = useRef(new Map<string, ConversationRow>());
  return useMemo(() => {
    const steady = rows.map((row) => {
      const before = known.current.get(row.conversation_id);
      return before && JSON.stringify(before) === JSON.stringify(row) ? before : row;
    });
    known.current = new Map(steady.map((row) => [row.conversation_id, row]));
    return steady;
  }, [rows]);
}

/** Asks for more while the end of the list is in sight. `none`: there is no more, as far as this browser was ever told. */
export function useMore({ locrit, archived }: ConversationFilter, isEndInSight: boolean): 'loading' | 'none' | 'more' {
  const client = useClient();
  const isOnline = useConnection().state === 'online';
  const [{ pages, isComplete }, setLoaded] = useState({ pages: 0, isComplete: false });
  const isWanted = isEndInSight && !isComplete;
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each page it may be that the end still is in sight.
  useEffect(() => {
    if (!isWanted) return;
    const later = () => undefined; // asked again when the connection returns
    client.moreConversations({ locrit, archived }).then((hasMore) => {
      setLoaded((before) => ({ pages: before.pages + 1, isComplete: !hasMore }));
    }, later);
  }, [client, isWanted, isOnline, locrit, archived, pages]);
  if (isComplete) return 'none';
  return isWanted && isOnline ? 'loading' : 'more';
}
