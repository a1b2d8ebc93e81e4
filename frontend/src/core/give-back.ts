import { v7 as uuid } from 'uuid';
import { ApiError } from './errors';
import type { Store } from './store';
import { isMissing, type Transport } from './transport';
import type { Conversation, ConversationChanges, Message } from './types';

/** The server takes a megabyte. */
const BYTES_AT_ONCE = 500_000;
const ROW = '/api/conversations/{conversation_id}';

type Brought = Pick<Message, 'message_id' | 'role' | 'content' | 'metadata'> & { created_at?: string };

/** The server's row; undefined when it has none: not in the trash, and no stub of a forgotten one. */
export async function find({ api }: Transport, conversation_id: string): Promise<Conversation | undefined> {
  try {
    return await api.get(ROW, { params: { path: { conversation_id } } });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Brings messages to a conversation of the server, which merges them with its own: repeating it has one effect. */
export async function bring({ api }: Transport, conversation_id: string, messages: readonly Brought[]): Promise<void> {
  const params = { path: { conversation_id } };
  for (const some of inPieces(messages)) await api.post(`${ROW}/sync`, { params, body: { messages: some } });
}

function inPieces(messages: readonly Brought[]): Brought[][] {
  const pieces: Brought[][] = [];
  let bytes = BYTES_AT_ONCE;
  for (const message of messages) {
    const size = new TextEncoder().encode(JSON.stringify(message)).length;
    if (bytes + size > BYTES_AT_ONCE) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)?.push(message);
    bytes += size;
  }
  return pieces;
}

/**
 * A server that was set back to an older copy of its data lacks what it had said is saved. What this browser keeps of a
 * conversation is given back: its name and marks, what was said and when, in its order, and what is to stay forgotten.
 * Where both have a message, what differs is kept as a version. Returns the server's row, undefined when it takes none.
 */
export async function giveBack(store: Store, transport: Transport, id: string): Promise<Conversation | undefined> {
  const kept = await store.db.conversations.get(id);
  const found = await find(transport, id);
  if (kept === undefined || found?.forgotten_at) return found;
  const params = { path: { conversation_id: id } };
  const edit = (changes: ConversationChanges & { deleted: boolean }) =>
    transport.api.patch(ROW, { params, body: { ...changes, op_id: uuid() } });
  if (!(await isThere(transport, kept, found))) return undefined;
  if (found?.deleted_at) await edit({ deleted: false });
  const cached = await store.views.cached(id);
  await bring(transport, id, cached.filter(({ content, deleted_at }) => content !== '' && !deleted_at).map(asBrought));
  for (const { message_id, forgotten_at } of cached) if (forgotten_at) await forgetAgain(transport, id, message_id);
  const { title, starred, pinned, archived, tags, deleted_at } = found && found.rev >= kept.rev ? found : kept;
  await isTaken(edit({ title, starred, pinned, archived, tags, deleted: deleted_at !== null }));
  if (kept.forgotten_at) await transport.api.post(`${ROW}/forget`, { params, body: { confirm: true } });
  return find(transport, id);
}

function asBrought({ message_id, role, content, metadata, created_at }: Message): Brought {
  return { message_id, role, content, metadata, created_at };
}

/** Made when it is missing as a whole; of a Locrit that is missing, too, the name is all that is known here. */
async function isThere({ api }: Transport, kept: Conversation, found: Conversation | undefined): Promise<boolean> {
  if (found !== undefined) return true;
  const { conversation_id, locrit_name } = kept;
  const open = () => isTaken(api.post('/api/conversations', { body: { conversation_id, locrit_name, op_id: uuid() } }));
  if (await open()) return true;
  return (await isTaken(api.post('/api/locrits', { body: { name: locrit_name, op_id: uuid() } }))) && open();
}

function forgetAgain({ api }: Transport, conversation_id: string, message_id: string): Promise<boolean> {
  const params = { path: { conversation_id, message_id } };
  return isTaken(api.post(`${ROW}/messages/{message_id}/forget`, { params, body: { confirm: true } }));
}

/** False when the server refuses it, which is an answer, too. */
async function isTaken(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return false;
    throw error;
  }
}
