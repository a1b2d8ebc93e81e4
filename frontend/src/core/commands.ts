import type { CommandOf, OutboxEntry } from './db';
import { assertNever } from './echo';
import type { Entities } from './reducer';
import { isMissing, type Transport, type TurnAccepted } from './transport';
import type { Conversation, Locrit, Message } from './types';

const CONVERSATION = '/api/conversations/{conversation_id}';
const LOCRIT = '/api/locrits/{name}';
const MESSAGE = `${CONVERSATION}/messages/{message_id}` as const;

/** Does one operation on the server; repeating it with the same `op_id` has no further effect. Returns the rows it changed. */
export async function perform(transport: Transport, { op_id, command }: OutboxEntry): Promise<Entities> {
  const { api } = transport;
  switch (command.type) {
    case 'conversation.create': {
      const { conversation_id, locrit_name } = command;
      return conversation(await api.post('/api/conversations', { body: { conversation_id, locrit_name, op_id } }));
    }
    case 'conversation.fork':
      return conversation(await fork(transport, command, op_id));
    case 'conversation.edit':
      return editConversation(transport, command, { ...command.changes, op_id });
    case 'conversation.delete':
      return editConversation(transport, command, { deleted: true, op_id });
    case 'conversation.restore':
      return editConversation(transport, command, { deleted: false, op_id });
    case 'message.send':
      return asked(transport, command, turn(await send(transport, command, op_id)));
    case 'message.edit': {
      const { content, rev } = command;
      return message(await api.patch(MESSAGE, { params: at(command), body: { content, rev, op_id } }));
    }
    case 'message.delete':
      return message(await api.delete(MESSAGE, { params: { ...at(command), query: { op_id } } }));
    case 'message.restore':
      return message(await api.post(`${MESSAGE}/restore`, { params: { ...at(command), query: { op_id } } }));
    case 'message.aside': {
      const { content } = command;
      return message(await api.post(`${MESSAGE}/aside`, { params: at(command), body: { content, op_id } }));
    }
    case 'message.rollback': {
      const { rev } = command;
      return message(await api.post(`${MESSAGE}/rollback`, { params: at(command), body: { rev, op_id } }));
    }
    case 'reply.continue':
      return turn(await api.post(`${MESSAGE}/continue`, { params: at(command), body: { op_id } }));
    case 'reply.retry':
      return turn(await api.post(`${MESSAGE}/retry`, { params: at(command), body: { op_id, model: command.model } }));
    case 'reply.stop':
      return stop(transport, command.generation_id);
    case 'locrit.create':
      return locrit(await api.post('/api/locrits', { body: { ...command.fields, id: command.locrit_id, op_id } }));
    case 'locrit.edit':
      return locrit(await api.patch(LOCRIT, { params: byId(command), body: { ...command.changes, op_id } }));
    case 'locrit.delete':
      return locrit(await api.delete(LOCRIT, { params: { ...byId(command), query: { op_id } } }));
    default:
      return assertNever(command);
  }
}

/** By socket where there is one: it is quicker. Whatever it does not confirm is asked again by REST, whose answer decides. */
async function send(transport: Transport, command: CommandOf<'message.send'>, op_id: string): Promise<TurnAccepted> {
  const { conversation_id, message_id, content, instead_of, parent_id, begins } = command;
  const locrit_name = command.locrit_id ?? command.locrit_name;
  const question = { message: content, message_id, op_id, instead_of, parent_id };
  const bySocket = { locrit_name, conversation_id, ...question };
  const accepted = transport.connected ? await transport.request('chat_message', bySocket).catch(() => null) : null;
  if (accepted !== null) return accepted;
  const body = begins ? { locrit_name, ...question } : question;
  return transport.api.post(`${CONVERSATION}/turns`, { params: { path: { conversation_id } }, body });
}

/** With its first question a conversation is there: both are known together. */
async function asked(
  { api }: Transport,
  { begins, conversation_id }: CommandOf<'message.send'>,
  entities: Entities,
): Promise<Entities> {
  if (!begins) return entities;
  const params = { path: { conversation_id } };
  return { ...entities, ...conversation(await api.get(CONVERSATION, { params })) };
}

function fork({ api }: Transport, command: CommandOf<'conversation.fork'>, op_id: string): Promise<Conversation> {
  const { conversation_id, source_id, last_message_id } = command;
  const body = { message_id: last_message_id, conversation_id, op_id };
  return api.post(`${CONVERSATION}/fork`, { params: { path: { conversation_id: source_id } }, body });
}

/** The reply's final state comes as an event; one that does not run needs no stopping. */
async function stop({ api }: Transport, generation_id: string): Promise<Entities> {
  await api.post('/api/generations/{generation_id}/stop', { params: { path: { generation_id } } }).catch((error) => {
    if (!isMissing(error)) throw error;
  });
  return {};
}

async function editConversation(
  transport: Transport,
  { conversation_id }: { conversation_id: string },
  body: { op_id: string; deleted?: boolean } & CommandOf<'conversation.edit'>['changes'],
): Promise<Entities> {
  return conversation(await transport.api.patch(CONVERSATION, { params: { path: { conversation_id } }, body }));
}

function at({ conversation_id, message_id }: { conversation_id: string; message_id: string }) {
  return { path: { conversation_id, message_id } };
}

function byId({ locrit_id }: { locrit_id: string }) {
  return { path: { name: locrit_id } };
}

function locrit(row: Locrit): Entities {
  return { locrits: [row] };
}

function conversation(row: Conversation): Entities {
  return { conversations: [row] };
}

function message(row: Message): Entities {
  return { messages: [row] };
}

function turn({ message, reply }: TurnAccepted): Entities {
  return { messages: [message, reply] };
}
