import type { Entities, Rows } from '../entities';
import type { Message } from '../types';
import { CONVERSATION, inConversation } from './conversations';
import type { About, CommandKind, Earlier } from './kind';

interface OfMessage {
  conversation_id: string;
  message_id: string;
}
export interface EditMessage extends OfMessage {
  type: 'message.edit';
  content: string;
  rev: number;
}
export interface DeleteMessage extends OfMessage {
  type: 'message.delete';
}
export interface RestoreMessage extends OfMessage {
  type: 'message.restore';
}
export interface KeepConflict extends OfMessage {
  type: 'message.conflict';
  content: string;
}
export interface RollBackMessage extends OfMessage {
  type: 'message.rollback';
  rev: number;
}

export const MESSAGE = `${CONVERSATION}/messages/{message_id}` as const;

/** What changes a message needs the message, and comes after what was done to it before. */
export const onMessage = {
  ...inConversation,
  subject: ({ message_id }: OfMessage) => message_id,
  dependsOn: ({ conversation_id, message_id }: OfMessage, { creates, command }: Earlier) =>
    creates.includes(conversation_id) || command.message_id === message_id,
};

export const editMessage: CommandKind<EditMessage> = {
  ...onMessage,
  async perform({ api }, { content, rev, ...command }, op_id) {
    return { messages: [await api.patch(MESSAGE, { params: atMessage(command), body: { content, rev, op_id } })] };
  },
  optimistic: (rows, { command }) => edited(rows, command, { content: command.content }),
  absorb: ({ state, command }, later) =>
    state === 'rejected' && rewrites(later, command) ? { ...command, content: later.content } : undefined,
};

export const deleteMessage: CommandKind<DeleteMessage> = {
  ...onMessage,
  async perform({ api }, command, op_id) {
    return { messages: [await api.delete(MESSAGE, { params: { ...atMessage(command), query: { op_id } } })] };
  },
  optimistic: (rows, { command, created_at }) => edited(rows, command, { deleted_at: created_at }),
};

export const restoreMessage: CommandKind<RestoreMessage> = {
  ...onMessage,
  async perform({ api }, command, op_id) {
    const params = { ...atMessage(command), query: { op_id } };
    return { messages: [await api.post(`${MESSAGE}/restore`, { params })] };
  },
  optimistic: (rows, { command }) => edited(rows, command, { deleted_at: null }),
};

export const keepConflict: CommandKind<KeepConflict> = {
  ...onMessage,
  async perform({ api }, { content, ...command }, op_id) {
    return {
      messages: [await api.post(`${MESSAGE}/conflicts`, { params: atMessage(command), body: { content, op_id } })],
    };
  },
};

export const rollBackMessage: CommandKind<RollBackMessage> = {
  ...onMessage,
  async perform({ api }, { rev, ...command }, op_id) {
    return { messages: [await api.post(`${MESSAGE}/rollback`, { params: atMessage(command), body: { rev, op_id } })] };
  },
};

/** What is edited where it waits need not be told twice. */
export function rewrites(later: About, { message_id }: OfMessage): later is Rewriting {
  return later.type === 'message.edit' && later.message_id === message_id;
}

export type Rewriting = Pick<EditMessage, 'type' | 'message_id' | 'content'>;

export function atMessage({ conversation_id, message_id }: OfMessage) {
  return { path: { conversation_id, message_id } };
}

/** Nothing, of one that is not known. */
function edited(rows: Rows, { message_id }: OfMessage, changes: Partial<Message>): Entities {
  const row = rows.messages.get(message_id);
  return row ? { messages: [{ ...row, ...changes, rev: row.rev + 1 }] } : {};
}
