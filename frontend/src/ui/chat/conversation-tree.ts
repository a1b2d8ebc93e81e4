import type { MessageRow, PromptContext, Usage } from '../../core';
import { dayStart } from '../text/format-date';

/** One place on the branch in sight: the message shown, and what else could stand there. */
export interface Row {
  /** The same for every version, so that another one does not move the page. */
  key: string;
  /** One that is gone (deleted, forgotten) stands only where it has versions beside it: what follows it is reached by it. */
  message: MessageRow;
  /** Messages of one role that follow the same one: a question put differently, a reply tried again. Oldest first, never empty. */
  versions: MessageRow[];
  /** What all versions follow: a message, or the conversation. */
  turn: string;
  /** The newest message that any version leads to. */
  newest: string;
  /** Whether it answers a question that is there, so that this can be asked again. */
  answers: boolean;
  /** Local midnight of its day (ms) when it is the first of that day. */
  day: number | null;
}

/** The version that a person chose to see. It counts until there is a newer message on any branch from this turn, if that is known. */
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

/** Messages by what they follow, the deleted ones too: they hold the places of what follows them. All numbers are places in `messages`. */
interface Tree {
  messages: MessageRow[];
  places: Map<string, number>;
  root: string;
  children: Map<string, number[]>;
  turns: string[];
  /** The newest message at or under each that is there; NONE where none is. */
  latest: number[];
}

const NONE = -1;

/**
 * The branch in sight, oldest first: at every turn the version chosen, else the one that leads to the newest
 * message. Where messages of both roles follow the same one, the one that leads to the newest comes last. What follows a message
 * that is not loaded stands after the one before it, as if that were there and gone: nothing is out of reach.
 */
export function visibleBranch(messages: MessageRow[], choices: Choices = {}): Row[] {
  const tree = grow(messages);
  const rows: Row[] = [];
  const ahead = rowsAt(tree, tree.root, choices);
  let day = 0;
  for (let row = ahead.pop(); row; row = ahead.pop()) {
    ahead.push(...rowsAt(tree, row.message.message_id, choices));
    if (row.message.deleted_at && row.versions.length === 1) continue;
    const begins = dayStart(row.message.created_at);
    rows.push(begins === day ? row : { ...row, day: begins });
    day = begins;
  }
  return rows;
}

/** The choices that lead past this message. */
export function choicesTo(messages: MessageRow[], messageId: string): Choices {
  const tree = grow(messages);
  const choices: Record<string, Choice> = {};
  for (let at = tree.places.get(messageId), before = Infinity; at !== undefined && at < before; ) {
    const turn = tree.turns[at] as string;
    if (tree.children.get(turn)?.[1] !== undefined)
      choices[turn] = { shown: idAt(tree, at), newest: idAt(tree, newestOf(tree, turn)) };
    before = at; // what is damaged may lead in a circle
    at = tree.places.get(turn);
  }
  return choices;
}

function grow(given: MessageRow[]): Tree {
  const messages = withUnknown(parentsFirst(given));
  const places = new Map(messages.map((message, at) => [message.message_id, at]));
  const root = messages[0]?.conversation_id ?? '';
  const turns = messages.map(({ parent_id }, at) => parent_id ?? messages[at - 1]?.message_id ?? root);
  const latest = latestOf(messages, turns, places);
  const children = new Map<string, number[]>();
  turns.forEach((turn, at) => {
    if (latest[at] !== NONE) children.set(turn, [...(children.get(turn) ?? []), at]);
  });
  return { messages, places, root, children, turns, latest };
}

/** Before what follows a message that is not loaded stands a stub of that one, gone, after the one before it. */
function withUnknown(messages: MessageRow[]): MessageRow[] {
  const known = new Set(messages.map((message) => message.message_id));
  return messages.flatMap((message, at) => {
    const { parent_id, conversation_id, created_at } = message;
    if (parent_id === null || parent_id === conversation_id || known.has(parent_id)) return message;
    known.add(parent_id);
    const role = message.role === 'user' ? ('assistant' as const) : ('user' as const);
    const place = { message_id: parent_id, parent_id: messages[at - 1]?.message_id ?? conversation_id };
    return [{ ...message, ...place, role, content: '', rev: 0, deleted_at: created_at }, message];
  });
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

function latestOf(messages: MessageRow[], turns: string[], places: Map<string, number>): number[] {
  const latest = messages.map((message, at) => (message.deleted_at ? NONE : at));
  for (let at = messages.length - 1; at >= 0; at--) {
    const above = places.get(turns[at] as string);
    if (above !== undefined) latest[above] = Math.max(latest[above] as number, latest[at] as number);
  }
  return latest;
}

/** What follows, one row for each role; the row that leads to the newest message first, to be taken last. */
function rowsAt(tree: Tree, turn: string, choices: Choices): Row[] {
  const children = tree.children.get(turn) ?? [];
  const roles = new Set(children.map((at) => (tree.messages[at] as MessageRow).role));
  const groups = [...roles].map((role) => children.filter((at) => tree.messages[at]?.role === role));
  const newest = (group: number[]) => Math.max(...group.map((at) => tree.latest[at] as number));
  return groups.sort((a, b) => newest(b) - newest(a)).map((group) => rowOf(tree, turn, group, choices[turn]));
}

function rowOf(tree: Tree, turn: string, group: number[], choice?: Choice): Row {
  const newest = idAt(tree, newestOf(tree, turn));
  const versions = group.map((at) => tree.messages[at] as MessageRow);
  const counts = choice && (choice.newest === null || choice.newest === newest);
  const chosen = counts && versions.find((version) => version.message_id === choice.shown);
  const last = group.reduce((a, b) => ((tree.latest[b] as number) > (tree.latest[a] as number) ? b : a));
  const message = chosen || (tree.messages[last] as MessageRow);
  const question = tree.messages[tree.places.get(turn) ?? NONE];
  const answers = message.role === 'assistant' && question?.role === 'user' && (!question.deleted_at || !question.rev);
  return { key: (versions[0] as MessageRow).message_id, message, versions, turn, newest, answers, day: null };
}

function newestOf(tree: Tree, turn: string): number {
  return Math.max(...(tree.children.get(turn) ?? []).map((at) => tree.latest[at] as number));
}

function idAt(tree: Tree, at: number): string {
  return (tree.messages[at] as MessageRow).message_id;
}

/** What the model was not shown for the newest reply in sight that it was asked for, and the row that it begins with. */
export function contextOf(rows: Row[]): { key: string; context: PromptContext } | null {
  const asked = rows.findLast(({ message }) => message.role === 'assistant' && message.model && !isUnasked(message));
  const context = asked?.message.context;
  if (!context) return null;
  const at = rows.findIndex(({ message }) => message.seq >= context.seen_from);
  const first = rows[at];
  const begins = first && (at > 0 || first.message.seq === context.seen_from);
  return begins ? { key: first.key, context } : null;
}

/** Its model could not even be asked. */
function isUnasked({ content, error }: MessageRow): boolean {
  return content === '' && error !== null;
}

/** Whether the branch in sight does not lead to the newest message. */
export function isOldBranch(rows: Row[]): boolean {
  const shown = new Set(rows.map(({ message }) => message.message_id));
  return rows.some(({ newest }) => !shown.has(newest));
}

/** What the newest reply in sight that tells so took. */
export function lastUsage(rows: Row[]): Usage | null {
  return rows.findLast(({ message }) => message.usage?.prompt_tokens)?.message.usage ?? null;
}

/** The reply being written, if there is one. */
export function running(messages: MessageRow[]): MessageRow | undefined {
  return messages.findLast((message) => message.state === 'streaming');
}

/** The last question in sight that can be edited. */
export function lastQuestion(rows: Row[]): MessageRow | undefined {
  return rows.findLast(
    ({ message }) => message.role === 'user' && (message.unsent || message.state === 'saved') && !message.deleted_at,
  )?.message;
}
