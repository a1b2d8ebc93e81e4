import type { Message, ModelPull } from '../../src/core/types';
import { refused } from './refused';
import { FakeServer } from './server';

type Call = Parameters<FakeServer['handle']>[2];

const MESSAGE = '/api/v2/conversations/{conversation_id}/messages/{message_id}';
const INVITATIONS = '/api/v2/locrits/{name}/invitations';
const MODELS = [
  { name: 'small', can_chat: true },
  { name: 'large', can_chat: true },
].map((model) => ({ ...model, label: '', size: 0, parameter_size: '', thinks: false, loaded: false }));

/** One conversation on a server that also knows what is done with single messages. */
export class TalkServer extends FakeServer {
  readonly conversationId = 'talk';
  /** What is asked of a message and refused: the end of its route. */
  refuses: string | undefined;
  /** The ids of those who are invited to talk with Bob. */
  readonly invited = new Set<string>();
  private pulls: ModelPull[] = [];
  /** Of each message what it said, oldest first. */
  private readonly said = new Map<string, Message[]>();

  constructor() {
    super('Bob');
    const body = { conversation_id: this.conversationId, locrit_name: 'Bob', op_id: 'open' };
    this.handle('post', '/api/v2/conversations', { path: {}, query: {}, body });
  }

  say(message_id: string, fields: Partial<Message> = {}, content = `Words of ${message_id}`): Message {
    return this.addMessage(this.conversationId, { message_id, ...fields }, { message: content, op_id: message_id });
  }

  override save(type: Parameters<FakeServer['save']>[0], row: Message, op_id: string | null = null): Message {
    this.said?.set(row.message_id, [...(this.said.get(row.message_id) ?? []), row]);
    return super.save(type, row, op_id);
  }

  override handle(method: string, path: string, call: Call): unknown {
    if (this.refuses && `${method} ${path}`.match(this.refuses)) throw refused(409, 'conflict');
    const own = this.own[`${method} ${path}`];
    return own === undefined ? super.handle(method, path, call) : structuredClone(own(call));
  }

  private readonly own: Record<string, (call: Call) => unknown> = {
    'get /api/v2/models': () => ({
      models: MODELS,
      default: 'small',
      default_error: null,
      pulls: this.pulls,
      state: READY,
    }),
    'post /api/v2/models/pull': ({ body }) => {
      const begun = { host: '', completed: 0, total: 0, error: null, next_try_at: null };
      this.pulls = [{ model: String(body.model), status: 'running', ...begun }];
      return this.pulls[0];
    },
    [`get ${MESSAGE}/versions`]: ({ path }) => ({ versions: [...this.versionsOf(path.message_id)].reverse() }),
    'get /api/v2/conversations/{conversation_id}/interactions': ({ path }) => {
      const row = this.conversations.get(String(path.conversation_id));
      if (row === undefined || row.forgotten_at) throw refused(404, 'not_found');
      return { interactions: [], next_cursor: null };
    },
    [`get ${INVITATIONS}`]: () => ({
      invitations: [...this.invited].map((id) => ({
        id,
        label: id,
        token: null,
        created_at: this.now(),
        revoked_at: null,
      })),
    }),
    [`delete ${INVITATIONS}/{invitation_id}`]: ({ path }) => {
      if (!this.invited.delete(String(path.invitation_id))) throw refused(404, 'not_found');
      return {};
    },
    [`get ${MESSAGE}/copies`]: () => ({ copies: 0 }),
    [`post ${MESSAGE}/continue`]: ({ path }) => {
      const reply = this.found(path.message_id);
      const message = this.found(reply.parent_id ?? undefined);
      const status = 'streaming' as const;
      const running = { ...reply, status, error: null, rev: reply.rev + 1, generation_id: `again ${reply.rev}` };
      return { message, reply: this.save('message.updated', running) };
    },
    [`post ${MESSAGE}/rollback`]: ({ path, body }) => {
      const [now, then] = [this.found(path.message_id), this.versionsOf(path.message_id)];
      const content = then.find(({ rev }) => rev === body.rev)?.content ?? '';
      return this.save('message.updated', { ...now, content, rev: now.rev + 1 }, String(body.op_id));
    },
    'post /api/v2/generations/{generation_id}/stop': ({ path }) => {
      const reply = [...this.messages.values()].find((each) => each.generation_id === path.generation_id);
      if (reply) this.save('message.updated', { ...reply, status: 'stopped', rev: reply.rev + 1 });
      return {};
    },
  };

  private versionsOf(id = ''): Message[] {
    return this.said.get(id) ?? [];
  }

  private found(id = ''): Message {
    const message = this.messages.get(id);
    if (message === undefined) throw refused(404, 'not_found');
    return message;
  }
}

const READY = { provider: 'ollama', status: 'ready', detail: '', host: null, version: null };
