import { locritOf, type OutboxEntry } from './commands';
import { NO_ROWS, put } from './rows';
import { latestBy, withPending } from './shown-rows';
import type { ConversationRow, Locrit, LocritRow } from './types';

/**
 * Locrits as they will be when the outbox is sent, also those that go to the trash with it. What was refused changes
 * nothing, except that a new one stays in sight until it is decided.
 */
export function locritRows(stored: readonly Locrit[], entries: readonly OutboxEntry[]): LocritRow[] {
  const rows = put(NO_ROWS, { locrits: stored });
  const ours = entries.filter(({ command }) => command.type.startsWith('locrit.'));
  const effective = ours.filter(({ state, command }) => state !== 'rejected' || command.type === 'locrit.create');
  const pending = latestBy(ours, ({ command }) => locritOf(command));
  return [...withPending(rows, effective).locrits.values()].map((row) => {
    const { state = 'saved' as const, op_id: opId, problem } = pending.get(row.id) ?? {};
    return { ...row, state, local: !rows.locrits.has(row.id), opId, problem };
  });
}

/** The ids of those whose conversations are found elsewhere: called otherwise, or in the trash with their Locrit. */
export function moved(stored: readonly Locrit[], rows: readonly LocritRow[]): string[] {
  const before = new Map(stored.map((locrit) => [locrit.id, locrit]));
  const isMoved = ({ id, name, deleted_at }: LocritRow) => {
    const known = before.get(id);
    return known !== undefined && (known.name !== name || known.deleted_at !== deleted_at);
  };
  return rows.filter(isMoved).map(({ id }) => id);
}

/**
 * Conversations under the names of their Locrits, without those that went to the trash with theirs. By ids, for names are
 * used again.
 */
export function withLocrits(rows: readonly ConversationRow[], locrits: readonly LocritRow[]): ConversationRow[] {
  const known = new Map(locrits.map((locrit) => [locrit.id, locrit]));
  return rows.flatMap((row) => {
    const locrit = known.get(row.locrit_id);
    if (locrit?.deleted_at) return [];
    return locrit === undefined || locrit.name === row.locrit_name ? row : { ...row, locrit_name: locrit.name };
  });
}
