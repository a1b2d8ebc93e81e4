import type { MessageRow, PromptContext } from '../../core';
import { dayStart } from '../text/when';

/** One place on the path through the conversation: the message shown, and what else could stand there. */
export interface Row {
  /** The same for every version, so that another one does not move the page. */
  key: string;
  message: MessageRow;
  /** Messages that follow the same one: a question put differently, a reply tried again. Oldest first, never empty. */
  versions: MessageRow[];
  /** What all versions follow: a message, or the conversation. */
  turn: string;
  /** The newest message that any version leads to. */
  newest: string;
  /** Local midnight of its day (ms) when it is the first of that day. */
  day: number | null;
}

/** The version that a person chose to see. It counts until there is a newer message on any way from this turn, if that is known. */
export interface Choice {
  shown: string;
  newest: string | null;
}

/** By turn. */
export type Choices = Readonly<Record<string, Choice>>;

/** As choices that count whatever is newest. */
export function lasting(choices: Choices): Choices {
  return Object.fromEntries(Object.entries(choices).map(([turn, { shown }]) => [turn, { shown, newest: null }]));
}

/** Messages by what they follow; all numbers are places in `messages`. */
interface Tree {
  messages: MessageRow[];
  root: string;
  children: Map<string, number[]>;
  turns: string[];
  /** The newest message at or under each. */
  latest: number[];
}

/**
 * One path through the conversation, oldest first: at every turn the version chosen, else the one that leads to the
 * newest message. What follows a message that is not there (on an earlier page, deleted) stands after the one before
 * it, beside what else follows that one, so that nothing is out of reach.
 */
export function arrange(messages: MessageRow[], choices: Choices = {}): Row[] {
  const tree = grow(messages.filter((message) => !message.deleted_at));
  const rows: Row[] = [];
  let turn = tree.root;
  let day = 0;
  for (let row = rowAt(tree, turn, choices); row; row = rowAt(tree, turn, choices)) {
    const begins = dayStart(row.message.created_at);
    rows.push(begins === day ? row : { ...row, day: begins });
    day = begins;
    turn = row.message.message_id;
  }
  return rows;
}

/** The choices that lead past this message. */
export function choicesTo(messages: MessageRow[], messageId: string): Choices {
  const tree = grow(messages.filter((message) => !message.deleted_at));
  const places = new Map(tree.messages.map((message, at) => [message.message_id, at]));
  const choices: Record<string, Choice> = {};
  let at = places.get(messageId);
  while (at !== undefined) {
    const turn = tree.turns[at] as string;
    if (tree.children.get(turn)?.[1] !== undefined)
      choices[turn] = { shown: idAt(tree, at), newest: idAt(tree, newestOf(tree, turn)) };
    at = places.get(turn);
  }
  return choices;
}

function grow(given: MessageRow[]): Tree {
  const messages = parentsFirst(given);
  const root = messages[0]?.conversation_id ?? '';
  const children = new Map<string, number[]>();
  const known = new Set([root]);
  const instead = new Map<string, string>();
  let before = root;
  const turns = messages.map((message, at) => {
    const turn = followed(message, before, known, instead);
    children.set(turn, [...(children.get(turn) ?? []), at]);
    known.add(message.message_id);
    before = message.message_id;
    return turn;
  });
  return { messages, root, children, turns, latest: latestOf(messages, turns) };
}

/** Browsers may give a reply back before its question: then that has the higher number, and still is before it. */
function parentsFirst(messages: MessageRow[]): MessageRow[] {
  const byId = new Map(messages.map((message) => [message.message_id, message]));
  const placed = new Set<MessageRow>();
  for (const message of messages) {
    const chain: MessageRow[] = [];
    for (let step: MessageRow | undefined = message; step && !placed.has(step) && !chain.includes(step); ) {
      chain.push(step);
      step = byId.get(step.parent_id ?? '');
    }
    for (const step of chain.reverse()) placed.add(step);
  }
  return [...placed];
}

/** Versions of a turn whose own place is not loaded stay together: all stand where the first of them does. */
function followed(message: MessageRow, before: string, known: Set<string>, instead: Map<string, string>): string {
  const parent = message.parent_id;
  if (parent === null) return before;
  if (known.has(parent)) return parent;
  const place = instead.get(parent) ?? before;
  instead.set(parent, place);
  return place;
}

function latestOf(messages: MessageRow[], turns: string[]): number[] {
  const places = new Map(messages.map((message, at) => [message.message_id, at]));
  const latest = messages.map((_, at) => at);
  for (let at = messages.length - 1; at >= 0; at--) {
    const above = places.get(turns[at] as string);
    if (above !== undefined) latest[above] = Math.max(latest[above] as number, latest[at] as number);
  }
  return latest;
}

function rowAt(tree: Tree, turn: string, choices: Choices): Row | undefined {
  const children = tree.children.get(turn);
  if (!children) return undefined;
  const last = newestOf(tree, turn);
  const newest = idAt(tree, last);
  const versions = children.map((at) => tree.messages[at] as MessageRow);
  const choice = choices[turn];
  const counts = choice && (choice.newest === null || choice.newest === newest);
  const chosen = counts && versions.find((version) => version.message_id === choice.shown);
  const message = chosen || (tree.messages[children.find((at) => tree.latest[at] === last) as number] as MessageRow);
  return { key: (versions[0] as MessageRow).message_id, message, versions, turn, newest, day: null };
}

function newestOf(tree: Tree, turn: string): number {
  return Math.max(...(tree.children.get(turn) ?? []).map((at) => tree.latest[at] as number));
}

function idAt(tree: Tree, at: number): string {
  return (tree.messages[at] as MessageRow).message_id;
}

/** What the model was not shown for the newest reply in sight that it was asked for, and the row that it begins with. */
export function contextOf(rows: Row[]): { key: string; context: PromptContext } | null {
  const asked = rows.findLast(({ message }) => message.role === 'assistant' && message.model);
  const context = asked?.message.context;
  if (!context) return null;
  const at = rows.findIndex(({ message }) => message.seq >= context.seen_from);
  const first = rows[at];
  const begins = first && (at > 0 || first.message.seq === context.seen_from);
  return begins ? { key: first.key, context } : null;
}

/** Whether what is shown is not the way to the newest message. */
export function isAside(rows: Row[]): boolean {
  return rows.length > 0 && rows[0]?.newest !== rows[rows.length - 1]?.message.message_id;
}

/** The reply being written, if there is one. */
export function running(messages: MessageRow[]): MessageRow | undefined {
  return messages.findLast((message) => message.state === 'streaming');
}

/** The last question in sight that can be edited. */
export function lastQuestion(rows: Row[]): MessageRow | undefined {
  return rows.findLast(({ message }) => message.role === 'user' && (message.unsent || message.state === 'saved'))
    ?.message;
}
