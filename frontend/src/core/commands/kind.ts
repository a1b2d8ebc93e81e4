import type { Entities, Rows } from '../entities';
import type { Transport } from '../transport';
import type { Refusal } from '../types';

/** What any command says of itself: by these names the others of the outbox know whether they are concerned. */
export interface About {
  type: string;
  conversation_id?: string;
  message_id?: string;
  locrit_id?: string;
}

/**
 * A command until its effect is known to be on the server. `order` is first-in-first-out within a `queueKey`.
 * `sending` survives a crash and then means `queued`: repeating an operation has one effect.
 */
export interface Entry<C> {
  order: number;
  op_id: string;
  queueKey: string;
  state: 'queued' | 'sending' | 'rejected';
  created_at: string;
  /** The server may have it, even without an answer. */
  tried?: boolean;
  command: C;
  problem?: Refusal;
}

/** An earlier operation that is not done, as a later one sees it. */
export interface Earlier {
  command: About;
  subject: string;
  creates: readonly string[];
  /** It waits for a decision, or for the end of a reply. */
  waits: boolean;
}

/** Whether the Locrit, or any, answers otherwise after it: what is asked of a model later goes later. */
export function setsReplies({ command, waits }: Earlier, locritId = command.locrit_id): boolean {
  return command.type === 'locrit.edit' && command.locrit_id === locritId && !waits;
}

/** Never sent, or refused: the server holds nothing of it. */
export function isUnseen({ state, tried }: Pick<Entry<unknown>, 'state' | 'tried'>): boolean {
  return state === 'rejected' || !tried;
}

/** One kind of command: everything that the engine has to know of it. */
export interface CommandKind<C> {
  /** Does it on the server; repeating it with the same `op_id` has no further effect. Returns the rows it changed. */
  perform(transport: Transport, command: C, op_id: string): Promise<Entities>;
  /** The rows as they will be, of those that it changes; without it the effect is the server's to tell. */
  optimistic?(rows: Rows, entry: Entry<C>): Entities;
  /** Commands with the same key go one after the other. */
  queueKey(command: C): string;
  /** The id of what it changes. */
  subject(command: C): string;
  /** Ids of what does not exist before it. */
  creates?(command: C): string[];
  /** Whether it has to stay as long as an earlier one does. */
  dependsOn?(command: C, earlier: Earlier): boolean;
  /** That may be one that goes by another queue, and then it follows that one even while nothing holds it up. */
  crossesQueues?: true;
  /** The command with a later one in it, where the server has nothing of it: both go as one. */
  absorb?(entry: Entry<C>, later: About): C | undefined;
  /** What else waits, as it is without this one: changed, or gone with it. */
  without?(command: C, others: Entry<About>[]): Entry<About>[];
}
