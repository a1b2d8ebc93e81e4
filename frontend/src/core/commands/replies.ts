import type { Entities } from '../entities';
import { isMissing, type TurnAccepted } from '../transport';
import { type CommandKind, type Earlier, setsReplies } from './kind';
import { atMessage, MESSAGE, onMessage } from './messages';

export interface ContinueReply {
  type: 'reply.continue';
  conversation_id: string;
  message_id: string;
}
export interface RetryReply {
  type: 'reply.retry';
  conversation_id: string;
  message_id: string;
  model?: string;
}
export interface StopReply {
  type: 'reply.stop';
  generation_id: string;
}

const toReply = {
  ...onMessage,
  dependsOn: (command: ContinueReply | RetryReply, earlier: Earlier) =>
    onMessage.dependsOn(command, earlier) || setsReplies(earlier),
};

export const continueReply: CommandKind<ContinueReply> = {
  ...toReply,
  perform: async ({ api }, command, op_id) =>
    turn(await api.post(`${MESSAGE}/continue`, { params: atMessage(command), body: { op_id } })),
};

export const retryReply: CommandKind<RetryReply> = {
  ...toReply,
  perform: async ({ api }, { model, ...command }, op_id) =>
    turn(await api.post(`${MESSAGE}/retry`, { params: atMessage(command), body: { op_id, model } })),
};

/** It waits for nothing. The reply's final state comes as an event; one that does not run needs no stopping. */
export const stopReply: CommandKind<StopReply> = {
  queueKey: ({ generation_id }) => `generation:${generation_id}`,
  subject: ({ generation_id }) => generation_id,
  async perform({ api }, { generation_id }) {
    await api
      .post('/api/v2/generations/{generation_id}/stop', { params: { path: { generation_id } } })
      .catch((error) => {
        if (!isMissing(error)) throw error;
      });
    return {};
  },
};

export function turn({ message, reply }: TurnAccepted): Entities {
  return { messages: [message, reply] };
}
