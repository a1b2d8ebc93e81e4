import { ARTIFACT, artifactAt } from './commands/artifacts';
import { ApiError } from './errors';
import type { Store } from './store';
import { isMissing, type Transport } from './transport';
import type { Artifact, Conversation, Locrit, Message } from './types';

/** The server takes a megabyte. */
const BYTES_AT_ONCE = 500_000;
const ROW = '/api/conversations/{conversation_id}';

/** What is known of a message: its words at least. */
type Uploaded = Pick<Message, 'message_id' | 'role' | 'content' | 'metadata'> & Partial<Message>;

/** The server's row; undefined when it has none: not in the trash, and no stub of a forgotten one. */
export async function find({ api }: Transport, conversation_id: string): Promise<Conversation | undefined> {
  return unlessMissing(api.get(ROW, { params: { path: { conversation_id } } }));
}

async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Uploads messages to a conversation of the server, which merges them with its own: repeating it has one effect. */
export async function upload(
  transport: Transport,
  conversation_id: string,
  messages: readonly Uploaded[],
): Promise<void> {
  for (const some of inPieces(messages)) await merge(transport, conversation_id, some);
}

function merge({ api }: Transport, conversation_id: string, messages: Uploaded[], conversation?: Conversation) {
  const params = { path: { conversation_id } };
  return api.post(`${ROW}/sync`, { params, body: { messages, ...(conversation ? { conversation } : {}) } });
}

function inPieces(messages: readonly Uploaded[]): Uploaded[][] {
  const pieces: Uploaded[][] = [[]];
  let bytes = 0;
  for (const message of messages) {
    const size = new TextEncoder().encode(JSON.stringify(message)).length;
    if (bytes > 0 && bytes + size > BYTES_AT_ONCE) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)?.push(message);
    bytes += size;
  }
  return pieces;
}

/**
 * A server that was rolled back to an older copy of its data lacks what it had said is saved. What this browser keeps of a
 * conversation is uploaded again as it is, every field of it: names and marks, whom a message follows, how it ended, that it
 * is in the trash, what is to stay forgotten. The server takes what is newer than what it has. Returns the server's row,
 * undefined when it takes none.
 */
export async function reupload(store: Store, transport: Transport, id: string): Promise<Conversation | undefined> {
  const stored = await store.db.conversations.get(id);
  const found = await find(transport, id);
  if (stored === undefined || found?.forgotten_at) return found;
  const { shelf: _ours, ...kept } = stored;
  if (found === undefined) await reuploadLocrits(transport, [await store.db.locrits.get(kept.locrit_id ?? '')]);
  const cached = await store.views.cached(id);
  for (const some of inPieces(cached)) await offer(transport, kept, some);
  for (const { message_id, forgotten_at } of cached) if (forgotten_at) await forgetAgain(transport, id, message_id);
  await reuploadArtifacts(store, transport, id);
  if (kept.forgotten_at) {
    const params = { path: { conversation_id: id } };
    await isTaken(transport.api.post(`${ROW}/forget`, { params, body: { confirm: true } }));
  }
  return find(transport, id);
}

/** What was made in a conversation: what is missing is made again under its id, of the rest the newer revision counts. */
export async function reuploadArtifacts({ db }: Store, { api }: Transport, conversation_id: string): Promise<void> {
  for (const kept of await db.artifacts.where('conversation_id').equals(conversation_id).toArray()) {
    const params = artifactAt(kept.id);
    const found = await unlessMissing(api.get(ARTIFACT, { params }));
    const { name, content, css } = kept;
    if (kept.forgotten_at) await isTaken(api.post(`${ARTIFACT}/forget`, { params, body: { confirm: true } }));
    else if (found === undefined)
      await isTaken(api.post(`${ROW}/artifacts`, { params: { path: { conversation_id } }, body: asNew(kept) }));
    else if (found.rev < kept.rev) await isTaken(api.patch(ARTIFACT, { params, body: { name, content, css } }));
    if (kept.deleted_at && !kept.forgotten_at) await isTaken(api.delete(ARTIFACT, { params }));
  }
}

function asNew({ id: artifact_id, message_id, type, name, content, language, css, metadata }: Artifact) {
  return { artifact_id, message_id, type, name, content, language, css, metadata };
}

/** One by one, so that one that the server does not take holds up no other. */
export async function reuploadLocrits({ api }: Transport, kept: readonly (Locrit | undefined)[]): Promise<void> {
  for (const locrit of kept) if (locrit) await isTaken(api.post('/api/sync', { body: { locrits: [locrit] } }));
}

/** What the server does not take as a whole it is given in halves: a single message holds up no other. */
async function offer(transport: Transport, kept: Conversation, messages: Uploaded[]): Promise<void> {
  const isDone = await isTaken(merge(transport, kept.conversation_id, messages, kept));
  if (isDone || messages.length < 2) return;
  const half = messages.length >> 1;
  await offer(transport, kept, messages.slice(0, half));
  await offer(transport, kept, messages.slice(half));
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
