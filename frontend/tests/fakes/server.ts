import type { Attachment } from '../../src/core/transport';
import type {
  Artifact,
  ArtifactVersion,
  ChangeEvent,
  Conversation,
  FoundMessage,
  Locrit,
  Memory,
  Message,
  RecallMark,
  ToolResult,
} from '../../src/core/types';
import type { components } from '../../src/protocol.gen';
import { calledRoutes, forgetRows } from './called';
import { FakeConcepts } from './concepts';
import { createLocrit, deleteLocrit, editLocrit, named, takeLocrits } from './locrits';
import { markRoutes } from './marks';
import { memoryRoutes } from './memories';
import { isCalled, pageOf } from './pages';
import { refused, USER_SCOPE } from './refused';
import { type Reuploaded, takeConversation } from './reuploaded';
import { aConversation, aLocrit, aMessage } from './rows';

type ConversationChange = components['schemas']['ConversationChange'];
type MessageChange = components['schemas']['MessageChange'];
type Body = Record<string, unknown>;
interface Call {
  path: Record<string, string>;
  query: Record<string, unknown>;
  body: Body;
}

const FILTERS = ['locrit_name', 'archived', 'pinned'] as const;

/** A server in memory with the real one's rules: one effect for each operation, and a gapless sequence for each scope. */
export class FakeServer {
  readonly conversations = new Map<string, Conversation>();
  readonly messages = new Map<string, Message>();
  readonly attachments = new Map<string, Attachment>();
  readonly locrits = new Map<string, Locrit>();
  readonly inTrash: Locrit[] = [];
  readonly tools = new Map<string, ToolResult>();
  readonly made = new Map<string, Artifact>();
  readonly marks = new Map<string, RecallMark>();
  readonly memories = new Map<string, Memory>();
  readonly concepts = new FakeConcepts(this);
  /** Of artifacts that were uploaded again, those before. */
  readonly versions = new Map<string, ArtifactVersion[]>();
  readonly events = new Map<string, ChangeEvent[]>();
  /** Of each message, the edits that lost. */
  readonly aside = new Map<string, string[]>();
  readonly listeners = new Set<(event: ChangeEvent) => void>();
  readonly ops = new Map<string, unknown>();
  /** A text that is refused when a browser uploads it again. */
  refusesToTake: string | undefined;
  /** What a search finds. */
  finds: FoundMessage[] = [];
  /** So many searches end before they come to it. */
  searchesInVain = 0;
  /** Replies are written until `finishReply`; else they are there, without a word, with their question. */
  writesSlowly = false;
  private clock = 0;

  constructor(...names: string[]) {
    for (const name of names) this.addLocrit(name);
  }

  questions(conversationId: string): string[] {
    return this.inOrder(conversationId).flatMap((message) => (message.role === 'user' ? message.content : []));
  }

  inOrder(conversationId: string): Message[] {
    const all = [...this.messages.values()].filter((message) => message.conversation_id === conversationId);
    return all.sort((a, b) => a.seq - b.seq);
  }

  headOf(scope: string): number {
    return this.events.get(scope)?.length ?? 0;
  }

  /** The reply reaches its end, as the model would bring it there. */
  finishReply(messageId: string, content: string): void {
    const reply = this.message(messageId);
    this.save('message.updated', { ...reply, content, status: 'complete', rev: reply.rev + 1, idx: reply.idx + 1 });
  }

  forget(messageId: string): Message {
    const stub = this.blank(messageId);
    this.log(USER_SCOPE, 'message.forgotten', messageId, { rev: stub.rev }, null, {});
    return stub;
  }

  private blank(messageId: string): Message {
    const forgotten_at = this.now();
    for (const events of this.events.values())
      for (const event of events) if (event.entity_id === messageId) event.payload = {};
    forgetRows(this, messageId, forgotten_at);
    const stub = { ...this.next(messageId), content: '', deleted_at: forgotten_at, forgotten_at };
    delete stub.parts;
    return this.save('message.forgotten', stub);
  }

  attach(id: string, name: string, content: Blob): Attachment {
    const times = { created_at: this.now(), updated_at: this.now(), forgotten_at: null };
    const told = {
      id,
      name,
      size: content.size,
      media_type: content.type || 'text/plain',
      sha256: 'f',
      rev: 1,
      ...times,
    };
    this.attachments.set(id, told);
    return told;
  }

  handle(method: string, path: string, call: Call): unknown {
    const handler = this.routes[`${method} ${path}`];
    if (handler === undefined) throw new Error(`The fake server has no ${method} ${path}`);
    return structuredClone(handler(call));
  }

  subscribe(scope: string, since: number | null | undefined) {
    this.known(scope);
    return structuredClone({ ok: true as const, scope, ...this.missed(scope, since ?? this.headOf(scope)) });
  }

  generation(generation_id: string) {
    const reply = [...this.messages.values()].find((message) => message.generation_id === generation_id);
    if (reply === undefined) throw refused(404, 'not_found');
    const { message_id, conversation_id, status, idx, content } = reply;
    return { ok: true as const, generation_id, message_id, conversation_id, status, idx, content };
  }

  turn(conversation_id: string, body: Body) {
    return this.once(body, () => {
      if (body.locrit_name !== undefined && !this.conversations.has(conversation_id))
        this.open({ conversation_id, locrit_name: body.locrit_name, op_id: body.op_id });
      if (this.conversation(conversation_id).deleted_at) throw refused(404, 'not_found');
      if (String(body.message).includes('refuse')) throw refused(400, 'invalid_input');
      const instead = body.sibling_of === undefined ? undefined : this.message(String(body.sibling_of));
      const before = body.parent_id === undefined ? undefined : this.message(String(body.parent_id));
      const parent_id = instead?.parent_id ?? before?.message_id ?? null;
      const place = { message_id: String(body.message_id), parent_id };
      const message = this.addMessage(conversation_id, { ...place, role: 'user' }, body);
      return this.answer(message, String(body.op_id));
    });
  }

  missed(scope: string, since: number, limit = 500) {
    const all = this.events.get(scope) ?? [];
    const events = all.slice(since, since + limit);
    return { events, head_seq: all.length, more: since + events.length < all.length };
  }

  private search(inVain: number) {
    const next_cursor = inVain > 0 ? String(inVain - 1) : null;
    return { hits: next_cursor === null ? this.finds : [], more: next_cursor !== null, waiting: 0, next_cursor };
  }

  private readonly routes: Record<string, (call: Call) => unknown> = {
    'get /api/v2/locrits': () => ({
      locrits: [...this.locrits.values(), ...this.inTrash],
      count: this.locrits.size,
      success: true,
    }),
    'post /api/v2/locrits': ({ body }) => this.once(body, () => createLocrit(this, body)),
    'get /api/v2/jobs': () => ({ jobs: [] }),
    'get /api/v2/models': () => ({
      models: [],
      default: '',
      pulls: [],
      state: { provider: 'none', status: 'ready', detail: '' },
    }),
    'get /api/v2/conversations': ({ query }) => this.list(query),
    'get /api/v2/users/me/events': ({ query }) =>
      this.missed(USER_SCOPE, Number(query.since ?? 0), Number(query.limit ?? 500)),
    'get /api/v2/search': ({ query }) => this.search(Number(query.cursor ?? this.searchesInVain)),
    'post /api/v2/conversations': ({ body }) => this.once(body, () => this.open(body)),
    'get /api/v2/conversations/{conversation_id}': ({ path }) => this.conversation(path.conversation_id),
    'post /api/v2/conversations/{conversation_id}/sync': ({ path, body }) =>
      takeConversation(this, String(path.conversation_id), body as unknown as Reuploaded),
    'post /api/v2/sync/forgotten': ({ body }) => {
      for (const id of (body.message_ids ?? []) as string[]) if (this.messages.has(id)) this.forget(id);
      return { success: true };
    },
    'post /api/v2/sync': ({ body }) => takeLocrits(this, body.locrits as Locrit[]),
    'patch /api/v2/locrits/{name}': ({ path, body }) =>
      this.once(body, () => editLocrit(this, String(path.name), body)),
    'delete /api/v2/locrits/{name}': ({ path, query }) =>
      this.once(query, () => deleteLocrit(this, String(path.name), query.op_id)),
    'patch /api/v2/conversations/{conversation_id}': ({ path, body }) => this.once(body, () => this.edit(path, body)),
    'get /api/v2/conversations/{conversation_id}/messages': ({ path, query }) => this.page(path.conversation_id, query),
    'get /api/v2/conversations/{conversation_id}/events': ({ path, query }) =>
      this.missed(`conversation:${path.conversation_id}`, Number(query.since ?? 0), Number(query.limit ?? 500)),
    'post /api/v2/conversations/{conversation_id}/turns': ({ path, body }) =>
      this.turn(String(path.conversation_id), body),
    'get /api/v2/attachments/{attachment_id}': ({ path }) => {
      const found = this.attachments.get(String(path.attachment_id));
      if (found === undefined) throw refused(404, 'not_found');
      return found;
    },
    'delete /api/v2/attachments/{attachment_id}': ({ path }) => this.attachments.delete(String(path.attachment_id)),
    'patch /api/v2/conversations/{conversation_id}/messages/{message_id}': ({ path, body }) =>
      this.once(body, () => this.editMessage(path, body)),
    'delete /api/v2/conversations/{conversation_id}/messages/{message_id}': ({ path }) =>
      this.save('message.deleted', { ...this.next(path.message_id), deleted_at: this.now() }),
    'post /api/v2/conversations/{conversation_id}/messages/{message_id}/conflicts': ({ path, body }) =>
      this.once(body, () => this.keepAside(this.next(path.message_id), String(body.content), String(body.op_id))),
    'post /api/v2/conversations/{conversation_id}/messages/{message_id}/forget': ({ path }) =>
      this.forget(String(path.message_id)),
    'post /api/v2/conversations/{conversation_id}/forget': ({ path }) => this.forgetAll(String(path.conversation_id)),
    'post /api/v2/conversations/{conversation_id}/fork': ({ path, body }) =>
      this.once(body, () => this.fork(path, body)),
    'post /api/v2/conversations/{conversation_id}/messages/{message_id}/restore': ({ path }) =>
      this.save('message.restored', { ...this.next(path.message_id), deleted_at: null }),
    'post /api/v2/conversations/{conversation_id}/messages/{message_id}/retry': ({ path, body }) =>
      this.once(body, () =>
        this.answer(this.message(String(this.message(path.message_id).parent_id)), String(body.op_id)),
      ),
    ...calledRoutes(this),
    ...markRoutes(this),
    ...memoryRoutes(this),
    ...this.concepts.routes(),
  };

  once<T>(body: Body, effect: () => T): T {
    const opId = String(body.op_id);
    if (!this.ops.has(opId)) this.ops.set(opId, effect());
    return this.ops.get(opId) as T;
  }

  addLocrit(name: string, fields: Partial<Locrit> = {}, op_id: string | null = null): Locrit {
    const row = aLocrit({ id: `${name} ${Math.random()}`, name, ...fields });
    this.locrits.set(name, row);
    this.log(USER_SCOPE, 'locrit.created', row.id, row, op_id);
    return row;
  }

  private open(body: Body): Conversation {
    const conversation_id = String(body.conversation_id);
    const { id: locrit_id, name: locrit_name } = named(this, String(body.locrit_name));
    const known = this.conversations.get(conversation_id);
    if (known !== undefined) return known;
    const moments = { created_at: this.now(), updated_at: this.now() };
    const row = aConversation({ conversation_id, locrit_id, locrit_name, ...moments });
    return this.saveConversation('conversation.created', row, String(body.op_id));
  }

  private edit(path: Call['path'], { op_id, deleted, ...changes }: Body): Conversation {
    const current = this.conversation(path.conversation_id);
    const trash = deleted === undefined ? {} : { deleted_at: deleted ? this.now() : null };
    const row = { ...current, ...changes, ...trash, rev: current.rev + 1 };
    return this.saveConversation('conversation.updated', row, String(op_id));
  }

  private forgetAll(conversation_id: string): Conversation {
    for (const { message_id, forgotten_at } of this.inOrder(conversation_id)) if (!forgotten_at) this.blank(message_id);
    const current = this.conversation(conversation_id);
    const gone = { deleted_at: this.now(), forgotten_at: this.now() };
    const row = { ...current, ...gone, title: '', preview: '', rev: current.rev + 1 };
    return this.saveConversation('conversation.forgotten', row, 'forget');
  }

  private fork(path: Call['path'], { conversation_id, message_id, op_id }: Body): Conversation {
    const source = this.conversation(path.conversation_id);
    const last = this.message(String(message_id));
    const row = this.open({ conversation_id, locrit_name: source.locrit_name, op_id });
    const copied = this.inOrder(source.conversation_id).filter((message) => message.seq <= last.seq);
    for (const { role, content, seq } of copied)
      this.addMessage(
        row.conversation_id,
        { message_id: `${conversation_id}-${seq}`, role },
        { message: content, op_id },
      );
    return this.conversation(row.conversation_id);
  }

  private keepAside(row: Message, content: string, opId: string): Message {
    this.aside.set(row.message_id, [...(this.aside.get(row.message_id) ?? []), content]);
    return this.save('message.updated', row, opId);
  }

  private editMessage(path: Call['path'], { content, rev, op_id }: Body): Message {
    const current = this.message(path.message_id);
    if (current.forgotten_at) throw refused(410, 'forgotten');
    if (content === current.content) return current;
    if (rev !== current.rev) throw refused(409, 'conflict', { current });
    return this.save('message.updated', { ...this.next(path.message_id), content: String(content) }, String(op_id));
  }

  private answer(message: Message, opId: string) {
    const { conversation_id, message_id } = message;
    const id = `reply-${this.messages.size}`;
    const status = this.writesSlowly ? ('streaming' as const) : ('complete' as const);
    const stub = { message_id: id, parent_id: message_id, role: 'assistant' as const, status };
    const reply = this.addMessage(conversation_id, { ...stub, generation_id: `generation-${id}` }, { op_id: opId });
    const { seq, rev } = message;
    const generation_id = String(reply.generation_id);
    return { ok: true as const, message_id, conversation_id, seq, rev, generation_id, message, reply, repeated: false };
  }

  addMessage(conversation_id: string, fields: Partial<Message>, body: Body): Message {
    const conversation = this.conversation(conversation_id);
    const message_count = conversation.message_count + 1;
    const content = String(body.message ?? '');
    const row = aMessage({ created_at: this.now(), ...fields, conversation_id, seq: message_count, content });
    this.conversations.set(conversation_id, { ...conversation, message_count });
    return this.save('message.created', row, String(body.op_id));
  }

  save(type: MessageChange['type'], row: Message, op_id: string | null = null): Message {
    this.messages.set(row.message_id, row);
    this.log(`conversation:${row.conversation_id}`, type, row.message_id, row, op_id);
    return row;
  }

  saveConversation(type: ConversationChange['type'], row: Conversation, op_id: string): Conversation {
    this.conversations.set(row.conversation_id, row);
    this.log(USER_SCOPE, type, row.conversation_id, row, op_id);
    return row;
  }

  log(
    scope: string,
    type: ChangeEvent['type'],
    entity_id: string,
    row: { rev: number },
    op_id: string | null,
    payload: object = structuredClone({ ...row }),
  ): void {
    const events = this.events.get(scope) ?? [];
    const seq = events.length + 1;
    const event = { scope, seq, type, entity_id, rev: row.rev, payload, op_id } as ChangeEvent;
    this.events.set(scope, [...events, event]);
    for (const listener of this.listeners) listener(structuredClone(event));
  }

  private list(query: Call['query']) {
    const [from, limit] = [Number(query.cursor ?? 0), Number(query.limit ?? 50)];
    const told = (row: Conversation) => ({ ...row, locrit_name: [row.locrit_name, row.locrit_id] });
    const fits = (row: Conversation) =>
      FILTERS.every((name) => [undefined, told(row)[name]].flat().includes(query[name] as string));
    const all = [...this.conversations.keys()].map((id) => this.conversation(id));
    const alive = all.filter((row) => !row.deleted_at && fits(row) && isCalled(row, query.q));
    const conversations = alive.sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1)).slice(from, from + limit);
    return { conversations, next_cursor: from + limit < alive.length ? String(from + limit) : null };
  }

  private page(conversationId: string | undefined, query: Call['query']) {
    const { conversation_id } = this.conversation(conversationId);
    const page = pageOf(this.inOrder(conversation_id), query, this.headOf(`conversation:${conversation_id}`));
    const shown = (row: ToolResult | Artifact) => page.messages.some((one) => one.message_id === row.message_id);
    const rows = {
      tool_results: [...this.tools.values()].filter(shown),
      artifacts: [...this.made.values()].filter(shown),
    };
    return { ...page, ...rows };
  }

  private known(scope: string): void {
    if (scope.startsWith('conversation:')) this.conversation(scope.slice('conversation:'.length));
  }

  private conversation(id: string | undefined): Conversation {
    const found = this.conversations.get(id ?? '');
    if (found === undefined) throw refused(404, 'not_found');
    const locrit = [...this.locrits.values()].find((each) => each.id === found.locrit_id);
    const locrit_name = locrit?.name ?? found.locrit_name;
    return { ...found, locrit_name, head_seq: this.headOf(`conversation:${id}`) };
  }

  private message(id: string | undefined): Message {
    const found = this.messages.get(id ?? '');
    if (found === undefined) throw refused(404, 'not_found');
    return found;
  }

  private next(id: string | undefined): Message {
    const current = this.message(id);
    return { ...current, rev: current.rev + 1 };
  }

  now(): string {
    this.clock += 1;
    return new Date(1_800_000_000_000 + this.clock).toISOString();
  }
}
