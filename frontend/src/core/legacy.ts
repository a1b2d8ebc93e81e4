import { v5 as uuidOf } from 'uuid';
import type { LocritDb } from './db';
import { ApiError } from './errors';
import type { LocalState } from './local-state';
import { momentIn, timed } from './moments';
import { upload } from './reupload';
import type { Store } from './store';
import type { Transport } from './transport';
import type { Message } from './types';

const NAMESPACE = 'b0c2f6f0-6a57-4c2e-9d55-2f0c7a1d6e11';
const KEYS = /^(?:locrit_conversations|conversations_(.+))$/;
const ROLES: Record<string, Message['role']> = { user: 'user', human: 'user', system: 'system', tool: 'tool' };

/** A conversation as older clients kept it in localStorage. Nothing about it is certain. */
interface Kept {
  id?: unknown;
  conversation_id?: unknown;
  locrit_name?: unknown;
  title?: unknown;
  messages?: unknown;
}

interface Said {
  role?: unknown;
  content?: unknown;
  timestamp?: unknown;
}

/**
 * Brings what older clients left in this browser to the server, once. Ids follow from the place of each thing, so that
 * repeating it, here or elsewhere, has one effect. What fails stays, and is tried again at the next start.
 */
export class LegacyImport {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
    private readonly localState: LocalState,
  ) {}

  async run(): Promise<void> {
    for (const [key, text] of this.localState.entries(KEYS)) {
      const conversations = listIn(text) as Kept[];
      await this.store.once(`import:${uuidOf(key + text, NAMESPACE)}`, async () => {
        for (const [place, kept] of conversations.entries()) await this.upload(key, place, kept);
      });
    }
  }

  private async upload(key: string, place: number, kept: Kept): Promise<void> {
    const name = kept.locrit_name ?? KEYS.exec(key)?.[1] ?? (await this.store.views.locrits())[0]?.name;
    const conversation_id = uuidOf(`${name}/${kept.conversation_id ?? kept.id ?? place}`, NAMESPACE);
    const messages = messagesIn(kept, conversation_id);
    if (messages.length === 0) return;
    try {
      const title = typeof kept.title === 'string' ? { title: kept.title.slice(0, 200) } : {};
      const body = { locrit_name: String(name), conversation_id, op_id: conversation_id, ...title };
      await this.transport.api.post('/api/v2/conversations', { body });
      await upload(this.transport, conversation_id, messages);
      const params = { path: { conversation_id } };
      const row = await this.transport.api.get('/api/v2/conversations/{conversation_id}', { params });
      await this.store.cache.put({ conversations: [row] });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'forgotten')) throw error; // on purpose: it stays away
    }
  }
}

/**
 * What older servers said of a failure told user and password in the address of Ollama. The server has removed them from
 * what it keeps, this removes them from the copies in this browser.
 */
export async function removeCredentials(db: LocritDb): Promise<void> {
  const clean = (told: string) => told.replace(/:\/\/.*@/s, '://').replace(/(:\/\/[^\s?]*)\?\S*?(?=\.?(\s|$))/g, '$1');
  const failed = db.messages.filter(({ error }) => Boolean(error));
  await failed.modify((row) => {
    if (row.error) row.error = { ...row.error, message: clean(row.error.message), hint: clean(row.error.hint) };
  });
}

function messagesIn({ messages }: Kept, conversationId: string) {
  const said = (Array.isArray(messages) ? (messages as Said[]) : []).flatMap(({ role, content, timestamp }, place) => {
    if (typeof content !== 'string' || content.trim() === '') return [];
    const message_id = uuidOf(`${conversationId}/${place}`, NAMESPACE);
    const metadata = { imported: true, ...(timestamp === undefined ? {} : { timestamp }) };
    const created_at = momentIn(timestamp);
    const at = created_at ? { created_at } : {};
    return [{ message_id, role: ROLES[String(role)] ?? ('assistant' as const), content, metadata, ...at }];
  });
  return timed(said);
}

/** What is not a list of conversations is somebody else's. */
function listIn(text: string): unknown[] {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter((each) => typeof each === 'object' && each !== null) : [];
  } catch {
    return [];
  }
}
