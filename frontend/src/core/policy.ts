import { createdBy, crossesQueues, dependsOn, type OutboxEntry, subjectOf } from './commands';
import type { Earlier } from './commands/kind';
import { LOCRITS } from './commands/locrits';
import type { ApiError } from './errors';
import { waitsForReply } from './turns';

const RETRY_BASE_MS = 500;
const RETRY_CAP_MS = 30_000;
const REFUSALS_THAT_PASS = new Set([408, 425, 429]);

export type ClassifyError = (error: ApiError) => 'retry' | 'reject' | 'drop';

/**
 * No answer and the server's own trouble pass with time; what the server refuses needs a person. What is about something
 * that was forgotten is forgotten with it.
 */
export const classifyError: ClassifyError = (error) => {
  if (error.code === 'forgotten') return 'drop';
  const refused = error.status >= 400 && error.status < 500 && !REFUSALS_THAT_PASS.has(error.status);
  return refused ? 'reject' : 'retry';
};

/** Exponential backoff with full jitter. `attempt` counts from 1, `random` is in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  return random * Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(attempt, 16));
}

/**
 * The first entry of each queue that may go. One that is rejected, or that `waits` for a reply, is passed by, unless a later
 * one depends on it. What is about a Locrit, by whatever queue, waits until there is one, and may wait for what was changed
 * of it before.
 */
export function nextRunnable(
  entries: readonly OutboxEntry[],
  waits: (entry: OutboxEntry) => boolean = () => false,
): OutboxEntry[] {
  const before: Earlier[] = [];
  const found = new Map<string, OutboxEntry>();
  const inOrder = [...entries].sort((a, b) => a.order - b.order);
  const seen = inOrder.map(asEarlier);
  const creations = seen.filter(({ command }) => command.type === 'locrit.create');
  for (const [place, entry] of inOrder.entries()) {
    const earlier = crossesQueues(entry.command) ? seen.slice(0, place) : before;
    const needs = (other: Earlier) => other !== seen[place] && dependsOn(entry.command, other);
    const stays = entry.state === 'rejected' || waits(entry) || earlier.some(needs) || creations.some(needs);
    if (stays || entry.queueKey === LOCRITS) before.push(seen[place] as Earlier);
    if (!stays && !found.has(entry.queueKey)) found.set(entry.queueKey, entry);
  }
  return [...found.values()];
}

function asEarlier(entry: OutboxEntry): Earlier {
  const { command, state } = entry;
  const waits = state === 'rejected' || waitsForReply(entry);
  return { command, subject: subjectOf(command), creates: createdBy(command), waits };
}
