import { debug } from '../debug';
import type { Entities, Rows } from '../entities';
import { gistOf } from '../parts';
import { isUnanswered, type Transport, type TurnAccepted } from '../transport';
import type { FilePart, Message } from '../types';
import { at, CONVERSATION, edited, inConversation, newConversation } from './conversations';
import { type About, type CommandKind, type Entry, isUnseen, setsReplies } from './kind';
import { rewrites } from './messages';
import { turn } from './replies';

/**
 * Beside the question that it puts differently, or after a message that is not the newest; after the newest unless told.
 * `follows` is a question without a whole reply yet: this one waits in the outbox until that has ended, and comes after it.
 */
export interface TurnPlace {
  sibling_of?: string;
  parent_id?: string;
  follows?: string;
}

export interface SendMessage extends TurnPlace {
  type: 'message.send';
  conversation_id: string;
  message_id: string;
  locrit_name: string;
  /** Whatever it is called when the message goes. Earlier versions kept only its name. */
  locrit_id?: string;
  content: string;
  /** What it is given with. They are uploaded before it goes. */
  files?: readonly FilePart[];
  /** It is the first of its conversation, which comes into being with it. */
  begins?: true;
}

export function isSending(command: About): command is SendMessage {
  return command.type === 'message.send';
}

/** Unsent messages sort after every message that the server has numbered. */
export const UNSENT_SEQ = 2 ** 40;

const PREVIEW_CHARS = 200;

/** What is said needs its conversation, its Locrit as it was set then, and that there is what it follows. */
export const sendMessage: CommandKind<SendMessage> = {
  ...inConversation,
  subject: ({ message_id }) => message_id,
  perform: send,
  optimistic: (rows, entry) => ({
    messages: [{ ...newMessage(entry), parent_id: parentOf(rows, entry.command) }],
    ...(entry.command.begins
      ? { conversations: [{ ...newConversation(entry.command, entry), ...latestWords(entry) }] }
      : edited(rows, entry.command, latestWords(entry))),
  }),
  creates: ({ message_id, conversation_id, begins }) => (begins ? [message_id, conversation_id] : [message_id]),
  dependsOn: ({ conversation_id, parent_id, locrit_id }, earlier) =>
    [conversation_id, parent_id, locrit_id].some((id) => id !== undefined && earlier.creates.includes(id)) ||
    setsReplies(earlier, locrit_id),
  absorb: (entry, later) =>
    isUnseen(entry) && rewrites(later, entry.command) ? { ...entry.command, content: later.content } : undefined,
  without: (command, others) => {
    const rest = others.map((entry) => {
      const { command: next } = entry;
      return isAfter(next, command) ? { ...entry, command: movedUp(next, command) } : entry;
    });
    return command.begins ? begunWithNext(command.conversation_id, rest) : rest;
  },
};

/** By socket where there is one: it is quicker. What that leaves without an answer is asked by REST, with one effect. */
async function send(transport: Transport, command: SendMessage, op_id: string): Promise<Entities> {
  const { conversation_id, message_id, content, sibling_of, parent_id, begins, files = [] } = command;
  const given = files.length > 0 ? { attachment_ids: files.map(({ id }) => id) } : {};
  const question = { message: content, message_id, op_id, sibling_of, parent_id, ...given };
  const body = begins ? { locrit_name: command.locrit_id ?? command.locrit_name, ...question } : question;
  if (transport.connected)
    try {
      return await begun(transport, command, await transport.request('chat_message', { conversation_id, ...body }));
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      debug('outbox', 'asks by REST what the socket left without an answer', { op_id });
    }
  const params = at(conversation_id);
  return begun(transport, command, await transport.api.post(`${CONVERSATION}/turns`, { params, body }));
}

/** With its first question a conversation is there: both are known together. */
async function begun(
  { api }: Transport,
  { begins, conversation_id }: SendMessage,
  accepted: TurnAccepted,
): Promise<Entities> {
  if (!begins) return turn(accepted);
  return { ...turn(accepted), conversations: [await api.get(CONVERSATION, { params: at(conversation_id) })] };
}

function latestWords({ command, created_at }: Entry<SendMessage>) {
  return { preview: saidIn(command).slice(0, PREVIEW_CHARS), updated_at: created_at };
}

export function saidIn({ content, files = [] }: Pick<SendMessage, 'content' | 'files'>): string {
  return gistOf({ content, parts: [...files] });
}

/** A branch stands beside the question that it puts differently; anything else follows what it names, or what is last. */
function parentOf({ messages }: Rows, command: SendMessage): string | null {
  const { sibling_of, parent_id = null, follows, conversation_id } = command;
  if (follows !== undefined) return replyTo(messages, follows) ?? follows;
  if (sibling_of === undefined) return parent_id;
  const question = messages.get(sibling_of);
  if (question === undefined || question.parent_id) return question?.parent_id ?? null;
  const earlier = [...messages.values()].filter((message) => message.seq < question.seq);
  const before = earlier.reduce((last, each) => (last && last.seq > each.seq ? last : each), earlier[0]);
  return before?.message_id ?? conversation_id;
}

function replyTo(messages: Rows['messages'], questionId: string): string | undefined {
  const replies = [...messages.values()].filter((row) => row.parent_id === questionId && row.role === 'assistant');
  return replies.sort((a, b) => a.seq - b.seq).at(-1)?.message_id;
}

function isAfter(next: About, { message_id }: SendMessage): next is SendMessage {
  return isSending(next) && (next.follows === message_id || next.parent_id === message_id);
}

/** What was to follow a message that is taken back takes its place. */
function movedUp(next: SendMessage, { message_id, sibling_of, parent_id, follows }: SendMessage): SendMessage {
  const place: TurnPlace = sibling_of === undefined ? { parent_id } : { sibling_of, parent_id: undefined };
  const waits = next.follows === message_id ? { follows } : {};
  return { ...next, ...waits, ...(next.parent_id === message_id ? place : {}) };
}

/** A conversation whose first question is taken back begins with the next one; without one there is none to change. */
function begunWithNext(conversationId: string, others: Entry<About>[]): Entry<About>[] {
  const isHere = ({ command }: Entry<About>) => command.conversation_id === conversationId;
  const next = others.find((entry) => isHere(entry) && isSending(entry.command));
  if (next === undefined) return others.filter((entry) => !isHere(entry));
  const begins = { ...next.command, begins: true };
  return others.map((entry) => (entry === next ? { ...next, command: begins } : entry));
}

function newMessage({ order, command, created_at }: Entry<SendMessage>): Message {
  return {
    message_id: command.message_id,
    conversation_id: command.conversation_id,
    seq: UNSENT_SEQ + order,
    parent_id: null,
    role: 'user',
    content: command.content,
    ...(command.files?.length ? { parts: [...command.files, { type: 'text' as const }] } : {}),
    status: 'complete',
    rev: 0,
    model: null,
    generation_id: null,
    idx: 0,
    usage: null,
    context: null,
    error: null,
    metadata: {},
    created_at,
    updated_at: created_at,
    deleted_at: null,
    forgotten_at: null,
  };
}
