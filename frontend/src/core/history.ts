import { v7 as uuid } from 'uuid';
import { ApiError } from './errors';
import type { Jobs } from './jobs';
import type { Store } from './store';
import { isUnanswered, type Transport } from './transport';
import type { Emptied, IntegrityReport, Message, MessageVersion, Storage, Trash } from './types';

const CONVERSATION = '/api/v2/conversations/{conversation_id}';
const MESSAGE = `${CONVERSATION}/messages/{message_id}` as const;

/** What only the server knows or can destroy. Online only: everything here throws `ApiError`. */
export class RemoteHistory {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
    private readonly jobs: Jobs,
  ) {}

  async versions(messageId: string): Promise<MessageVersion[]> {
    const params = { path: await this.place(messageId) };
    return (await this.transport.api.get(`${MESSAGE}/versions`, { params })).versions;
  }

  async forgetMessage(messageId: string): Promise<void> {
    const params = { path: await this.place(messageId) };
    const stub = await this.patiently((op_id) =>
      this.transport.api.post(`${MESSAGE}/forget`, { params, body: { confirm: true, op_id } }),
    );
    await this.store.cache.put({ messages: [stub] });
  }

  async forgetConversation(conversation_id: string): Promise<void> {
    const params = { path: { conversation_id } };
    const stub = await this.patiently((op_id) =>
      this.transport.api.post(`${CONVERSATION}/forget`, { params, body: { confirm: true, op_id } }),
    );
    await this.store.cache.put({ conversations: [stub] });
    await this.store.cache.forget(conversation_id);
  }

  trash(): Promise<Trash> {
    return this.transport.api.get('/api/v2/trash');
  }

  async copies(messageId: string): Promise<number> {
    const params = { path: await this.place(messageId) };
    return (await this.transport.api.get(`${MESSAGE}/copies`, { params })).copies;
  }

  emptyTrash(): Promise<Emptied> {
    return this.patiently((op_id) => this.transport.api.delete('/api/v2/trash', { body: { confirm: true, op_id } }));
  }

  storage(): Promise<Storage> {
    return this.transport.api.get('/api/v2/storage');
  }

  verify(repair = false): Promise<IntegrityReport> {
    return this.transport.api.post('/api/v2/storage/verify', { body: { repair } });
  }

  /** What takes longer than an answer may is asked for again, as the same operation, while the server goes on with it. */
  private async patiently<T>(ask: (op_id: string) => Promise<T>): Promise<T> {
    const op_id = uuid();
    for (;;) {
      try {
        return await ask(op_id);
      } catch (error) {
        if (!isUnanswered(error) || !this.jobs.isRunning(op_id)) throw error;
      }
    }
  }

  /** Where a message is: in the cache, or in the trash that is being looked at. */
  private async place(message_id: string): Promise<Pick<Message, 'conversation_id' | 'message_id'>> {
    const known = await this.store.db.messages.get(message_id);
    const message = known ?? (await this.trash()).messages.find((each) => each.message_id === message_id);
    if (message === undefined) throw missing();
    return { conversation_id: message.conversation_id, message_id };
  }
}

function missing(): ApiError {
  return new ApiError({
    code: 'not_found',
    message: 'The server does not have this message yet, or not any more.',
    hint: 'Wait until it is saved, or reload the page.',
    status: 404,
  });
}
