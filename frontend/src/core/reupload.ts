import { FORGOTTEN } from './db';
import { ENTITY_KINDS, TABLES } from './entities';
import type { StoredArtifact } from './entities/artifacts';
import type { EntityKind, EntityName } from './entities/kind';
import { ApiError } from './errors';
import type { Store } from './store';
import { isMissing, type Transport } from './transport';
import type { Artifact, ArtifactVersion, Conversation, Locrit, Message, SyncAddress, ToolResult } from './types';

/** The server takes a megabyte. */
const BYTES_AT_ONCE = 500_000;
const ROW = '/api/v2/conversations/{conversation_id}';

/** What is known of a message: its words at least. */
type Uploaded = Pick<Message, 'message_id' | 'role' | 'content' | 'metadata'> & Partial<Message>;

interface Kept {
  messages: Uploaded[];
  conversation: Conversation;
  tool_results: ToolResult[];
  artifacts: (Artifact & { versions: ArtifactVersion[] })[];
}

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
  transport: Pick<Transport, 'api'>,
  conversation_id: string,
  messages: readonly Uploaded[],
): Promise<void> {
  for (const some of inPieces(messages)) await sync(transport, conversation_id, { messages: some });
}

function sync({ api }: Pick<Transport, 'api'>, conversation_id: string, kept: Partial<Kept>) {
  return api.post(`${ROW}/sync`, { params: { path: { conversation_id } }, body: { messages: [], ...kept } });
}

function inPieces<T>(rows: readonly T[]): T[][] {
  const pieces: T[][] = [[]];
  let bytes = 0;
  for (const row of rows) {
    const size = sizeOf(row);
    if (bytes > 0 && bytes + size > BYTES_AT_ONCE) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)?.push(row);
    bytes += size;
  }
  return pieces.filter((some) => some.length > 0);
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
  const pieces = inPieces(cached);
  for (const messages of pieces.length > 0 ? pieces : [[]])
    await offer(messages, (some) => sync(transport, id, { messages: some, conversation: kept }));
  for (const { message_id, forgotten_at } of cached) if (forgotten_at) await forgetAgain(transport, id, message_id);
  await reuploadRows(store, transport, id);
  if (kept.forgotten_at) {
    const params = { path: { conversation_id: id } };
    await isTaken(transport.api.post(`${ROW}/forget`, { params, body: { confirm: true } }));
  }
  return find(transport, id);
}

/** What was called and made in a conversation: the server takes what it lacks, and of the rest the newer revision. */
export async function reuploadRows({ db }: Store, transport: Transport, conversation_id: string): Promise<void> {
  const [tools, made] = await Promise.all([
    db.tool_results.where({ conversation_id }).toArray(),
    db.artifacts.where({ conversation_id }).toArray(),
  ]);
  for (const tool_results of inPieces(tools.filter((row) => !row.forgotten_at)))
    await offer(tool_results, (some) => sync(transport, conversation_id, { tool_results: some }));
  for (const artifacts of inPieces(made.map(withVersions)))
    await offer(artifacts, (some) => sync(transport, conversation_id, { artifacts: some }));
}

/** As many of its earlier versions, the newest first, as go with it. */
function withVersions({ earlier = [], ...artifact }: StoredArtifact) {
  const versions: ArtifactVersion[] = [];
  let bytes = sizeOf(artifact);
  for (const version of earlier.toReversed()) {
    bytes += sizeOf(version);
    if (bytes > BYTES_AT_ONCE) break;
    versions.push(version);
  }
  return { ...artifact, versions };
}

function sizeOf(row: unknown): number {
  return new TextEncoder().encode(JSON.stringify(row)).length;
}

/** One by one, so that one that the server does not take holds up no other. */
export async function reuploadLocrits({ api }: Transport, kept: readonly (Locrit | undefined)[]): Promise<void> {
  for (const locrit of kept) if (locrit) await isTaken(api.post('/api/v2/sync', { body: { locrits: [locrit] } }));
}

/** What was said of messages and noted beside them, and what was decided: the server takes what is newer. */
export async function reuploadBeside({ db }: Store, { api }: Transport): Promise<void> {
  for (const table of TABLES) {
    const { givenBack } = ENTITY_KINDS[table];
    if (!isAddress(givenBack)) continue;
    for (const rows of inPieces(await db.table(table).toArray()))
      await offer(rows, (some) => api.post(givenBack, { body: { [table]: some } as never }));
  }
}

function isAddress(givenBack: EntityKind<EntityName>['givenBack']): givenBack is SyncAddress {
  return typeof givenBack === 'string' && givenBack.startsWith('/');
}

/** What was forgotten, also where this browser keeps nothing else of it. */
export async function reuploadForgotten({ db }: Store, { api }: Transport): Promise<void> {
  const ids = async (kind: keyof typeof FORGOTTEN) => {
    const keys = await db.meta.where('key').startsWith(FORGOTTEN[kind]).primaryKeys();
    return keys.map((key) => key.slice(FORGOTTEN[kind].length));
  };
  const give = (body: { message_ids?: string[]; artifact_ids?: string[] }) =>
    api.post('/api/v2/sync/forgotten', { body });
  for (const some of inPieces(await ids('message'))) await offer(some, (message_ids) => give({ message_ids }));
  for (const some of inPieces(await ids('artifact'))) await offer(some, (artifact_ids) => give({ artifact_ids }));
}

/** What the server does not take as a whole it is given in halves: a single row holds up no other. */
async function offer<T>(rows: T[], give: (some: T[]) => Promise<unknown>): Promise<void> {
  const isDone = await isTaken(give(rows));
  if (isDone || rows.length < 2) return;
  const half = rows.length >> 1;
  await offer(rows.slice(0, half), give);
  await offer(rows.slice(half), give);
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
