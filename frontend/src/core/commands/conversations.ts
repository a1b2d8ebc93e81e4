import type { Entities, Rows } from '../entities';
import type { Transport } from '../transport';
import type { Conversation, ConversationChanges } from '../types';
import type { CommandKind, Earlier, Entry } from './kind';

export interface CreateConversation {
  type: 'conversation.create';
  conversation_id: string;
  locrit_name: string;
}
export interface EditConversation {
  type: 'conversation.edit';
  conversation_id: string;
  changes: ConversationChanges;
}
export interface DeleteConversation {
  type: 'conversation.delete';
  conversation_id: string;
}
export interface RestoreConversation {
  type: 'conversation.restore';
  conversation_id: string;
}
export interface ForkConversation {
  type: 'conversation.fork';
  conversation_id: string;
  locrit_name: string;
  title: string;
  source_id: string;
  last_message_id: string;
}

interface OfConversation {
  conversation_id: string;
}

export function conversationScope(conversationId: string): string {
  return `conversation:${conversationId}`;
}

export const CONVERSATION = '/api/v2/conversations/{conversation_id}';

/** All that is about a conversation goes in one queue, after what brings it into being. */
export const inConversation = {
  queueKey: ({ conversation_id }: OfConversation) => conversationScope(conversation_id),
  subject: ({ conversation_id }: OfConversation) => conversation_id,
  dependsOn: ({ conversation_id }: OfConversation, { creates }: Earlier) => creates.includes(conversation_id),
};

export const createConversation: CommandKind<CreateConversation> = {
  ...inConversation,
  perform: async ({ api }, { conversation_id, locrit_name }, op_id) => ({
    conversations: [await api.post('/api/v2/conversations', { body: { conversation_id, locrit_name, op_id } })],
  }),
  optimistic: (_, entry) => ({ conversations: [newConversation(entry.command, entry)] }),
  creates: ({ conversation_id }) => [conversation_id],
};

export const editConversation: CommandKind<EditConversation> = {
  ...inConversation,
  perform: (transport, command, op_id) => edit(transport, command, { ...command.changes, op_id }),
  optimistic: (rows, { command }) => edited(rows, command, command.changes),
};

export const deleteConversation: CommandKind<DeleteConversation> = {
  ...inConversation,
  perform: (transport, command, op_id) => edit(transport, command, { deleted: true, op_id }),
  optimistic: (rows, { command, created_at }) => edited(rows, command, { deleted_at: created_at }),
};

export const restoreConversation: CommandKind<RestoreConversation> = {
  ...inConversation,
  perform: (transport, command, op_id) => edit(transport, command, { deleted: false, op_id }),
  optimistic: (rows, { command }) => edited(rows, command, { deleted_at: null }),
};

/** A copy needs what it copies, whichever queue that goes by. */
export const forkConversation: CommandKind<ForkConversation> = {
  ...inConversation,
  async perform({ api }, { conversation_id, source_id, last_message_id }, op_id) {
    const body = { message_id: last_message_id, conversation_id, op_id };
    return { conversations: [await api.post(`${CONVERSATION}/fork`, { params: at(source_id), body })] };
  },
  optimistic: (_, entry) => ({
    conversations: [{ ...newConversation(entry.command, entry), title: entry.command.title }],
  }),
  creates: ({ conversation_id }) => [conversation_id],
  crossesQueues: true,
  dependsOn: ({ last_message_id }, { subject }) => subject === last_message_id,
};

export function at(conversation_id: string) {
  return { path: { conversation_id } };
}

async function edit(
  { api }: Transport,
  { conversation_id }: OfConversation,
  body: { op_id: string; deleted?: boolean } & ConversationChanges,
): Promise<Entities> {
  return { conversations: [await api.patch(CONVERSATION, { params: at(conversation_id), body })] };
}

/** Nothing, of one that is not known. */
export function edited(rows: Rows, { conversation_id }: OfConversation, changes: Partial<Conversation>): Entities {
  const row = rows.conversations.get(conversation_id);
  return row ? { conversations: [{ ...row, ...changes, rev: row.rev + 1 }] } : {};
}

interface Beginning extends OfConversation {
  locrit_name: string;
  locrit_id?: string;
}

export function newConversation(command: Beginning, { created_at }: Pick<Entry<unknown>, 'created_at'>): Conversation {
  return {
    conversation_id: command.conversation_id,
    locrit_id: command.locrit_id ?? '',
    locrit_name: command.locrit_name,
    user_id: '',
    session_id: command.conversation_id,
    title: '',
    starred: false,
    pinned: false,
    archived: false,
    tags: [],
    think: '',
    metadata: {},
    message_count: 0,
    head_seq: 0,
    generation_id: null,
    preview: '',
    created_at,
    updated_at: created_at,
    deleted_at: null,
    forgotten_at: null,
    forked_from: null,
    rev: 0,
  };
}
