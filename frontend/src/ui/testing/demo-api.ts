import { type Api, ApiError, type SearchQuery } from '../../core';
import { MODEL_LIST } from './demo-models';
import { hitsIn } from './demo-search';
import type { DemoState } from './demo-state';
import type { DemoStore } from './demo-store';

interface Asked {
  params?: { path?: { name?: string }; query?: { q?: string; locrit?: string; locrit_name?: string } };
}

/** A year with a rhythm, the same every time. */
function activity() {
  return Array.from({ length: 300 }, (_, at) => ({
    day: new Date(Date.now() - at * 86_400_000).toISOString().slice(0, 10),
    messages: Math.max(0, Math.round(14 * Math.sin(at / 9) + 9 * Math.cos(at * 1.7) - at / 40)),
  })).filter((day) => day.messages > 0);
}

/** The read-only routes that the interface asks for. */
export function demoApi(store: DemoStore, state: DemoState): Api {
  const of = (name: string) => store.conversations.filter((each) => each.locrit_name === name);
  const remembered = (name: string) => {
    const ids = new Set(of(name).map((each) => each.conversation_id));
    return store.messages
      .filter((each) => ids.has(each.conversation_id))
      .map((each) => ({ ...each, id: each.message_id, timestamp: each.created_at, session_id: each.conversation_id }));
  };
  const sessions = (name: string) =>
    of(name).map((each) => ({
      ...each,
      id: each.conversation_id,
      name: each.title,
      topic: each.title,
      message_count: remembered(name).filter((m) => m.conversation_id === each.conversation_id).length,
    }));
  const statistics = (name: string) => ({
    total_messages: remembered(name).length && 1204,
    total_sessions: of(name).length,
    total_concepts: 0,
    total_users: 1,
    total_memories: 0,
  });

  const answers: Record<string, (name: string, asked: Asked) => unknown> = {
    '/api/v2/models': () => MODEL_LIST,
    '/api/v2/locrits/{name}/memory/summary': (name) => ({
      locrit_name: name,
      statistics: statistics(name),
      total_messages: statistics(name).total_messages,
      recent_messages: remembered(name).slice(-20),
      sessions: sessions(name),
      top_concepts: [
        { name: 'Python', type: 'topic', mentions: 9 },
        { name: 'gardening', type: 'topic', mentions: 7 },
      ],
      activity: remembered(name).length ? activity() : [],
      messages_by_role: { user: 602, assistant: 602 },
      hours: Array.from({ length: 24 }, (_, hour) => Math.max(0, 40 - (hour - 15) ** 2)),
      models: [{ model: 'llama3.2:3b', messages: 602 }],
    }),
    '/api/v2/conversations': (_, { params }) => ({
      conversations: of(params?.query?.locrit_name ?? ''),
      next_cursor: null,
    }),
    '/api/v2/search': (_, { params: { query: { q = '', locrit } = {} } = {} }) => {
      const query = { words: q, locrit } as SearchQuery;
      return { hits: hitsIn(store, query), more: false, next_cursor: null, waiting: 0 };
    },
  };

  async function get(path: string, asked: Asked = {}): Promise<unknown> {
    const answer = answers[path];
    if (!answer || state === 'offline')
      throw new ApiError({ code: 'unreachable', message: 'The server does not answer.', hint: '' });
    return answer(asked.params?.path?.name ?? '', asked);
  }

  return { get } as unknown as Api;
}
