import { beginsConversation, locritOf, type OutboxEntry, subjectOf } from './db';
import type { ApiError } from './errors';
import { waitsForReply } from './turns';

const RETRY_BASE_MS = 500;
const RETRY_CAP_MS = 30_000;
const REFUSALS_THAT_PASS = new Set([408, 425, 429]);

export type Verdict = (error: ApiError) => 'retry' | 'park' | 'drop';

/**
 * No answer and the server's own trouble pass with time; what the server refuses needs a person. What is about something
 * that was forgotten is forgotten with it.
 */
export const verdict: Verdict = (error) => {
  if (error.code === 'forgotten') return 'drop';
  const refused = error.status >= 400 && error.status < 500 && !REFUSALS_THAT_PASS.has(error.status);
  return refused ? 'park' : 'retry';
};

/** Exponential backoff with full jitter. `attempt` counts from 1, `random` is in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  return random * Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(attempt, 16));
}

/**
 * The first entry of each lane that may go. One that is parked, or that `waits` for a reply, is passed by, unless a later
 * one depends on it.
 */
export function heads(
  entries: readonly OutboxEntry[],
  waits: (entry: OutboxEntry) => boolean = () => false,
): OutboxEntry[] {
  const parked: OutboxEntry[] = [];
  const found = new Map<string, OutboxEntry>();
  const inOrder = [...entries].sort((a, b) => a.order - b.order);
  const creations = inOrder.filter(({ command }) => command.type === 'locrit.create');
  for (const [place, entry] of inOrder.entries()) {
    const before = needsAllBefore(entry) ? inOrder.slice(0, place) : parked;
    const depends = (other: OutboxEntry) => dependsOn(entry, other);
    const stays = entry.state === 'attention' || waits(entry) || before.some(depends) || creations.some(depends);
    if (stays) parked.push(entry);
    else if (!found.has(entry.lane)) found.set(entry.lane, entry);
  }
  return [...found.values()];
}

/** It may depend on what goes by another lane. */
export function needsAllBefore({ command }: Pick<OutboxEntry, 'command'>): boolean {
  return command.type === 'conversation.fork' || command.type === 'locrit.delete';
}

/**
 * What is said needs its conversation, and that there is what it follows, whatever becomes of it; what changes a message
 * needs the message; a copy what it copies. All that is about a Locrit needs that there is one, and it goes to the trash
 * after what was said to it.
 */
function dependsOn(later: OutboxEntry, earlier: OutboxEntry): boolean {
  if (later.command.type === 'conversation.fork') return subjectOf(earlier.command) === later.command.last_message_id;
  if (earlier.command.type === 'locrit.create')
    return later !== earlier && locritOf(later.command) === earlier.command.locrit_id;
  if (later.command.type === 'locrit.delete')
    return (
      earlier.state !== 'attention' && !waitsForReply(earlier) && locritOf(earlier.command) === later.command.locrit_id
    );
  if (later.lane !== earlier.lane) return false;
  if (beginsConversation(earlier.command)) return true;
  if (later.command.type === 'message.send')
    return earlier.command.type === 'message.send' && earlier.command.message_id === later.command.parent_id;
  return (
    'message_id' in earlier.command &&
    'message_id' in later.command &&
    earlier.command.message_id === later.command.message_id
  );
}
