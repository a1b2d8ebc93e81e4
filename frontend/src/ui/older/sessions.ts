import { v5 as uuidOf } from 'uuid';
import { ApiError, type Client, momentIn, timed, upload } from '../../core';

/** As `own_id` of backend/dialects/threads.py derives ids: what that client has sent already is not there twice. */
const MESSAGES = 'd3f2a8b4-7c1e-4b57-9a57-5e0f1c2b6a90';
const SESSIONS = 'b0c2f6f0-6a57-4c2e-9d55-2f0c7a1d6e11';
/** By this label that client finds its sessions on the server (backend/dialects/chat_sessions.py). */
const CLIENT = 'chat sessions';
const ROLES = new Set(['user', 'assistant', 'system']);

export interface OlderSession {
  id: string;
  name: string;
  said: { id: string; role: 'user' | 'assistant' | 'system'; content: string; created_at?: string }[];
}

/** Nothing about it is certain: what is no session, or says nothing, is left where it is. */
export function sessionsIn(text: string | null): OlderSession[] {
  const found = listed(field(parsed(text ?? ''), 'sessions'));
  return found.map(asSession).filter(({ said }) => said.length > 0);
}

export interface Brought {
  /** To whom what is new was said, as far as Locrit knows: the oldest that is switched on. */
  locrit: string;
  /** How many could not be brought. */
  refused: number;
}

/** `progress` is told how many are done. Throws `ApiError` when the server is away. */
export async function bring(
  client: Client,
  sessions: readonly OlderSession[],
  progress: (done: number) => void,
): Promise<Brought> {
  let refused = 0;
  const ids = await known(client.api);
  const { locrits } = await client.api.get('/api/v2/locrits');
  const locrit = (locrits.find(({ active }) => active) ?? locrits[0])?.name ?? '';
  for (const [done, session] of sessions.entries()) {
    progress(done);
    try {
      await bringOne(client, session, ids.has(session.id), locrit);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500) throw error;
      refused += 1; // it stays where it is, and the others come
    }
  }
  progress(sessions.length);
  await Promise.all([client.refreshConversations(), client.refreshLocrits()]);
  return { locrit, refused };
}

async function bringOne(
  { api }: Client,
  { id, name, said }: OlderSession,
  isKnown: boolean,
  locrit_name: string,
): Promise<void> {
  const conversation_id = isKnown ? id : uuidOf(id, SESSIONS);
  if (!isKnown) {
    const title = name.slice(0, 200);
    const body = { locrit_name, conversation_id, op_id: conversation_id, client_label: CLIENT, title };
    await api.post('/api/v2/conversations', { body });
  }
  const messages = said.map(({ id: theirs, ...one }) => ({
    ...one,
    message_id: uuidOf(pythonJson([conversation_id, theirs]), MESSAGES),
    metadata: { id: theirs, imported: true },
  }));
  await upload({ api }, conversation_id, messages);
}

/** The sessions of that client that the server has: by an id that it gave, or that followed from theirs. */
async function known(api: Client['api']): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor: string | null | undefined;
  do {
    const query = { client_label: CLIENT, limit: 200, ...(cursor ? { cursor } : {}) };
    const page = await api.get('/api/v2/conversations', { params: { query } });
    for (const { conversation_id } of page.conversations) ids.add(conversation_id);
    cursor = page.next_cursor;
  } while (cursor);
  return ids;
}

/** What `json.dumps` makes of a list of texts. */
export function pythonJson(texts: readonly string[]): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `[${texts.map((text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, escaped)).join(', ')}]`;
}

function asSession(session: unknown, place: number): OlderSession {
  const name = field(session, 'name');
  const said = listed(field(session, 'thread')).flatMap((each, at) => {
    const content = field(each, 'content');
    if (typeof content !== 'string' || content.trim() === '') return [];
    const role = String(field(each, 'role'));
    const created_at = momentIn(field(each, 'timestamp'));
    return {
      id: String(field(each, 'id') ?? at),
      role: (ROLES.has(role) ? role : 'assistant') as 'user' | 'assistant' | 'system',
      content,
      ...(created_at ? { created_at } : {}),
    };
  });
  return { id: String(field(session, 'id') ?? place), name: typeof name === 'string' ? name : '', said: timed(said) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
