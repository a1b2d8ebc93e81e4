import {
  ApiError,
  type Client,
  type Connection,
  type ConversationRow,
  fold,
  type JobProgress,
  type LiveText,
  type Locrit,
  type LocritRow,
  type MessageRow,
  Sight,
  type Theme,
} from '../../core';
import { ANSWER } from './demo-answer';
import { demoApi } from './demo-api';
import { demoArchive } from './demo-archive';
import { conversationOf, LOCRITS, messageOf, talks } from './demo-content';
import { demoFiles } from './demo-files';
import { beside, listed, windowOf } from './demo-lists';
import { demoModels } from './demo-models';
import { hitsIn } from './demo-search';
import { CONNECTIONS, type DemoState } from './demo-state';
import { type DemoStore, DemoStore as Store, signal } from './demo-store';

/** The demo's server saves its replies every so many words. */
const SAVED_WORDS = 8;

/** The Client interface over memory, with a Locrit that answers by the word: for component tests and for looking. */
export function createDemoClient(
  state: DemoState = 'usual',
  wordMs = 40,
  said = ANSWER,
): Client & { store: DemoStore } {
  const store = new Store();
  const live = new Map<string, ReturnType<typeof signal<LiveText | null>>>();
  const running = new Map<string, () => void>();
  const theme = signal<Theme>('system');
  let drafts: Record<string, string> = {};
  const forms = new Map<string, unknown>();
  const connection = signal<Connection>({
    state: 'online',
    isCutOff: false,
    isKnown: true,
    pending: 0,
    waiting: 0,
    rejected: 0,
    lastSavedAt: new Date().setHours(14, 2, 0, 0),
    model: { provider: 'ollama', status: 'ready', detail: '', host: 'http://127.0.0.1:11434', version: '0.12.0' },
    ...CONNECTIONS[state],
  });
  if (state !== 'empty') {
    store.locrits = LOCRITS;
    const all = talks(state);
    store.conversations = all.map((talk) => talk.conversation);
    store.messages = all.flatMap((talk) => talk.messages);
  }

  const text = (id: string) => {
    const known = live.get(id) ?? signal<LiveText | null>(null);
    live.set(id, known);
    return known;
  };
  const find = (id: string) => store.messages.find((each) => each.message_id === id);
  const seqOf = (conversationId: string) =>
    store.messages.filter((each) => each.conversation_id === conversationId).length + 1;

  async function add(message: MessageRow) {
    await store.change(() => {
      store.messages = [...store.messages, message];
    });
  }

  function answer(conversationId: string, questionId: string, model = 'llama3.2:3b') {
    const id = crypto.randomUUID();
    const reply = messageOf(conversationId, seqOf(conversationId), 'assistant', '', {
      message_id: id,
      parent_id: questionId,
      state: 'streaming',
      generation_id: id,
      model,
    });
    const words = said.split(/(?<=\s)/);
    let at = 0;
    const end = async (how: 'saved' | 'stopped') => {
      clearInterval(timer);
      running.delete(id);
      await store.editMessage(id, { state: how, content: words.slice(0, at).join(''), generation_id: null });
      await store.editConversation(conversationId, { generation_id: null });
    };
    const timer = setInterval(() => {
      at += 1;
      text(id).set({
        content: words.slice(0, at).join(''),
        unsaved: words.slice(at - (at % SAVED_WORDS), at).join('').length,
      });
      if (at >= words.length) void end('saved');
    }, wordMs);
    running.set(id, () => void end('stopped'));
    return add(reply);
  }

  const messagesOf = (id: string) => store.messages.filter((each) => each.conversation_id === id);

  const client: Client & { store: DemoStore } = {
    store,
    recall: {
      of: async () => ({ recalled: [], memories: [] }),
      ask: async () => ({ success: true, results: [], memories: [] }),
      log: async () => ({ success: true, entries: [], next_cursor: null }),
      markOf: async () => 'none',
      mark: async () => undefined,
    },
    connection,
    jobs: signal<readonly JobProgress[]>([]),
    invited: signal(0),
    news: signal(0),
    models: demoModels(state),
    files: demoFiles(store),
    theme,
    start: async () => undefined,
    stop: () => {
      for (const end of running.values()) end();
    },
    locrits: () => store.read(() => store.locrits.map(asSaved)),
    locrit: (name) =>
      store.read(() => {
        const found = store.locrits.find((each) => [each.id, each.name, ...each.former_names].includes(name));
        return found && asSaved(found);
      }),
    conversations: (filter) => store.read(() => listed(store, filter)),
    conversationWindow: (query) => store.read(() => windowOf(store, query)),
    conversationBeside: (id, step, filter) => store.read(() => beside(store, id, step, filter)),
    conversation: (id) => store.read(() => store.conversations.find((each) => each.conversation_id === id)),
    messages: (id) => store.read(() => messagesOf(id).filter((each) => !each.deleted_at)),
    shown: (id) => store.read(() => ({ messages: messagesOf(id), atStart: true, atEnd: true })),
    sight: (id) => new Sight(id, () => client.shown(id)),
    liveText: text,
    refreshLocrits: async () => undefined,
    refreshConversations: async () => undefined,
    moreConversations: async () => false,
    open: () => () => undefined,
    loadOlder: async () => false,
    loadNewer: async () => false,
    show: async () => undefined,
    showNewest: async () => undefined,
    loadMessage: async (_, id) => {
      const row = find(id);
      if (!row) throw new ApiError({ code: 'not_found', message: 'It is not there.', hint: '' });
      return row;
    },
    search: async (query, found) => {
      found(hitsIn(store, query));
      return { more: false };
    },
    called: async (words, found) => found(store.conversations.filter((row) => fold(row.title).includes(fold(words)))),
    firstSince: async (id, at) => messagesOf(id).find((each) => each.created_at >= at)?.message_id,
    newConversationId: () => crypto.randomUUID(),
    actions: {
      async begin(conversationId, locrit, content) {
        const conversation: ConversationRow = conversationOf(conversationId, locrit, '', 0);
        await store.change(() => {
          store.conversations = [conversation, ...store.conversations];
        });
        return client.actions.send(conversationId, content);
      },
      async send(conversationId, content, place) {
        const before = store.messages.findLast((each) => each.conversation_id === conversationId);
        const parent_id = place?.parent_id ?? before?.message_id ?? conversationId;
        const question = messageOf(conversationId, seqOf(conversationId), 'user', content, { parent_id });
        await add(question);
        const known = store.conversations.find((each) => each.conversation_id === conversationId);
        await store.editConversation(conversationId, { title: known?.title || content.slice(0, 60) });
        await answer(conversationId, question.message_id);
        return question.message_id;
      },
      async retry(messageId, model) {
        const message = find(messageId);
        const question = message?.role === 'user' ? message.message_id : message?.parent_id;
        if (message && question) await answer(message.conversation_id, question, model);
      },
      stopReply: async (generationId) => running.get(generationId)?.(),
      async sendInstead(conversationId, questionId, content) {
        const seq = seqOf(conversationId);
        const { parent_id } = find(questionId) as MessageRow;
        const question = messageOf(conversationId, seq, 'user', content, {
          parent_id,
          message_id: crypto.randomUUID(),
        });
        await add(question);
        await answer(conversationId, question.message_id);
        return question.message_id;
      },
      async continueReply(replyId) {
        const reply = find(replyId) as MessageRow;
        await store.say(replyId, `${reply.content} … and so on.`);
        await store.editMessage(replyId, { state: 'saved', error: null });
      },
      async fork(conversationId, messageId) {
        const from = store.conversations.find((each) => each.conversation_id === conversationId) as ConversationRow;
        const id = crypto.randomUUID();
        const copied = store.messages.filter((each) => each.conversation_id === conversationId);
        const upTo = copied.findIndex((each) => each.message_id === messageId) + 1;
        await store.change(() => {
          store.conversations = [conversationOf(id, from.locrit_name, from.title, 0), ...store.conversations];
          const copies = copied
            .slice(0, upTo)
            .map(({ seq, role, content }) => messageOf(id, seq, role === 'user' ? role : 'assistant', content));
          store.messages = [...store.messages, ...copies];
        });
        return id;
      },
      editMessage: (id, content) =>
        find(id)?.rev
          ? store.say(id, content)
          : store.editMessage(id, { content, state: 'queued', opId: undefined, problem: undefined }),
      async rollBack(id, rev) {
        const version = (await client.versions(id)).find((each) => each.rev === rev);
        if (version) await store.say(id, version.content);
      },
      deleteMessage: (id) => store.editMessage(id, { deleted_at: new Date().toISOString() }),
      restoreMessage: (id) => store.editMessage(id, { deleted_at: null }),
      editConversation: (id, changes) => store.editConversation(id, changes),
      deleteConversation: (id) => store.editConversation(id, { deleted_at: new Date().toISOString() }),
      restoreConversation: (id) => store.editConversation(id, { deleted_at: null }),
    },
    rejected: async () =>
      store.messages.flatMap(({ opId, content, problem, conversation_id, state }) =>
        state === 'rejected' && opId
          ? [{ opId, text: content, problem, locrit: 'Bob', conversationId: conversation_id }]
          : [],
      ),
    async resolve(opId, decision) {
      await store.change(() => {
        store.messages = store.messages.flatMap((each) =>
          each.opId !== opId
            ? [each]
            : decision === 'retry'
              ? [{ ...each, state: 'saved' as const, opId: undefined }]
              : decision === 'discard'
                ? []
                : [settled(each, decision)],
        );
      });
      connection.set({ ...connection.get(), rejected: 0 });
    },
    giveUpUnkept: () => connection.set({ ...connection.get(), problem: undefined }),
    formDraft: (key) => forms.get(key),
    saveFormDraft: (key, value) => void (value === null ? forms.delete(key) : forms.set(key, value)),
    formDraftKeys: (prefix) => [...forms.keys()].filter((key) => key.startsWith(prefix)).reverse(),
    draft: (id) => drafts[id] ?? '',
    saveDraft: (id, draft) => {
      drafts = { ...drafts, [id]: draft };
    },
    lastConversation: () => undefined,
    setTheme: (next) => theme.set(next),
    async createLocrit(fields) {
      if (store.locrits.some((each) => each.name === fields.name))
        throw new ApiError({
          code: 'name_taken',
          message: `There is already a Locrit called ${fields.name}.`,
          hint: 'Choose another name.',
          status: 409,
        });
      const counts = { message_count: 0, conversation_count: 0 };
      const made = { ...(LOCRITS[0] as Locrit), ...fields, id: fields.name, ...counts } as Locrit;
      await store.change(() => {
        store.locrits = [...store.locrits, made];
      });
      return asSaved(made);
    },
    async editLocrit(name, changes) {
      const before = store.locrits.find((each) => [each.id, each.name].includes(name)) as Locrit;
      const former_names = changes.name ? [...before.former_names, before.name] : before.former_names;
      const after = { ...before, ...changes, former_names, rev: before.rev + 1 } as Locrit;
      await store.change(() => {
        store.locrits = store.locrits.map((each) => (each === before ? after : each));
      });
      return asSaved(after);
    },
    async deleteLocrit(name) {
      await store.change(() => {
        store.locrits = store.locrits.filter((each) => ![each.id, each.name].includes(name));
      });
      return true;
    },
    ...demoArchive(store, state !== 'unsaved'),
    api: demoApi(store, state),
  };
  return client;
}

function asSaved(locrit: Locrit): LocritRow {
  return { ...locrit, state: 'saved', local: false };
}

function settled({ problem, opId, ...message }: MessageRow, decision: 'keep-mine' | 'keep-theirs'): MessageRow {
  const theirs = problem?.details?.current?.content ?? message.content;
  return { ...message, content: decision === 'keep-mine' ? message.content : theirs, state: 'saved' };
}
