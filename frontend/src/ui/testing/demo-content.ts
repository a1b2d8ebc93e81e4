import type { ConversationRow, Locrit, MessageRow } from '../../core';
import type { DemoState } from './demo-state';

const HOUR_MS = 3_600_000;

const at = (hoursAgo: number) => new Date(Date.now() - hoursAgo * HOUR_MS).toISOString();

function locrit(name: string, fields: Partial<Locrit>): Locrit {
  return {
    id: name,
    name,
    former_names: [],
    description: '',
    system_prompt: `You are ${name}.`,
    model: '',
    options: {},
    host: '',
    think: '',
    metadata: {},
    tools: {},
    recall: 'full',
    memories: 'off',
    message_limit: 50,
    avatar: '',
    welcome_message: '',
    active: true,
    open_to: { humans: true, locrits: true, invitations: true, internet: false, platform: false },
    access_to: { logs: true, quick_memory: true, full_memory: true, llm_info: true },
    created_at: at(2000),
    updated_at: at(5),
    deleted_at: null,
    forgotten_at: null,
    rev: 1,
    message_count: 0,
    conversation_count: 0,
    ...fields,
  };
}

export const LOCRITS: Locrit[] = [
  locrit('Bob', {
    description: 'A patient technician who explains as he goes.',
    message_count: 1204,
    conversation_count: 38,
    welcome_message: 'Hello, I am Bob. What shall we take apart today?',
  }),
  locrit('Marie', {
    description: 'Organises, remembers, and asks what you would rather forget to plan.',
    model: 'qwen3:8b',
    message_count: 212,
    conversation_count: 9,
  }),
  locrit('Pixie', { description: 'Stories, names, colours: anything that did not exist a minute ago.', active: false }),
];

export function conversationOf(
  id: string,
  name: string,
  title: string,
  hoursAgo: number,
  fields: Partial<ConversationRow> = {},
): ConversationRow {
  return {
    conversation_id: id,
    locrit_id: name,
    locrit_name: name,
    user_id: 'local',
    session_id: id,
    title,
    starred: false,
    pinned: false,
    archived: false,
    tags: [],
    think: '',
    metadata: {},
    message_count: 4,
    head_seq: 8,
    generation_id: null,
    preview: '',
    created_at: at(hoursAgo + 1),
    updated_at: at(hoursAgo),
    deleted_at: null,
    forgotten_at: null,
    forked_from: null,
    rev: 1,
    unread: false,
    ...fields,
  };
}

export function messageOf(
  conversationId: string,
  seq: number,
  role: 'user' | 'assistant',
  content: string,
  fields: Partial<MessageRow> = {},
): MessageRow {
  return {
    message_id: `${conversationId}-${seq}`,
    conversation_id: conversationId,
    seq,
    parent_id: seq > 1 ? `${conversationId}-${seq - 1}` : conversationId,
    role,
    content,
    status: 'complete',
    rev: 1,
    model: role === 'assistant' ? 'llama3.2:3b' : null,
    generation_id: null,
    idx: 0,
    usage:
      role === 'assistant'
        ? { prompt_tokens: 210, completion_tokens: 96, first_token_ms: 130, total_ms: 2100, tokens_per_second: 46.2 }
        : null,
    error: null,
    context: null,
    metadata: {},
    created_at: at(0.1),
    updated_at: at(0.1),
    deleted_at: null,
    forgotten_at: null,
    state: 'saved',
    ...fields,
  };
}

const TEA = `Because heat makes the leaf give up its **tannins** faster than its aroma.

## What happens

- *Above 95 °C* black tea opens fully; that is what you want.
- *Above 80 °C* green tea turns bitter: the catechins dissolve before the sugars can balance them.

| Tea | Water | Time |
|---|---|---|
| Green | 75 °C | 2 min |
| Oolong | 88 °C | 3 min |
| Black | 97 °C | 4 min |

A rule of thumb as code:

\`\`\`python
def water_for(tea: str) -> int:
    """Degrees Celsius; cooler for greener leaves."""
    return {"green": 75, "oolong": 88, "black": 97}[tea]
\`\`\`

> The best kettle is the one you take off a little too early.

See [the chemistry of tea](https://example.org/tea) for more.`;

interface Talk {
  conversation: ConversationRow;
  messages: MessageRow[];
}

function tea(): Talk {
  const id = 'tea';
  const m = (
    seq: number,
    role: 'user' | 'assistant',
    content: string,
    hoursAgo: number,
    fields: Partial<MessageRow> = {},
  ) => messageOf(id, seq, role, content, { created_at: at(hoursAgo), ...fields });
  return {
    conversation: conversationOf(id, 'Bob', 'Why tea turns bitter', 0.2, {
      starred: true,
      preview: 'And if I have no thermometer?',
    }),
    messages: [
      m(1, 'user', 'Why does my green tea turn bitter?', 27),
      m(2, 'assistant', TEA, 27),
      m(3, 'user', 'And if I have no thermometer?', 0.3),
      m(4, 'assistant', 'Let it boil, then wait three minutes with the lid off.', 0.3),
      m(
        5,
        'assistant',
        'Let it boil, take the lid off, and wait **three minutes** for green tea, one for oolong. Small bubbles at the bottom, “shrimp eyes”, mean about 75 °C.',
        0.2,
        { parent_id: 'tea-3' },
      ),
    ],
  };
}

function troubles(): Talk {
  const id = 'troubles';
  const m = (seq: number, role: 'user' | 'assistant', content: string, fields: Partial<MessageRow> = {}) =>
    messageOf(id, seq, role, content, fields);
  return {
    conversation: conversationOf(id, 'Bob', 'A night of thunder', 3, { unread: true, preview: 'Can you hear me now?' }),
    messages: [
      m(1, 'user', 'Tell me how lightning finds its way.'),
      m(
        2,
        'assistant',
        'It does not look for the shortest way but tries many at once: a *stepped leader* feels its way down in jumps of some fifty metres, branching at each, until',
        {
          state: 'interrupted',
          error: {
            code: 'interrupted',
            message: 'The server stopped while this was being written.',
            hint: 'Everything up to here is saved.',
          },
        },
      ),
      m(3, 'user', 'Until what?'),
      m(4, 'assistant', '', {
        state: 'failed',
        error: {
          code: 'ollama_unreachable',
          message: 'Ollama does not answer at 127.0.0.1:11434.',
          hint: 'Start it with “ollama serve”, then retry.',
        },
      }),
      m(5, 'user', 'Never mind. How far away is it?'),
      m(6, 'assistant', 'Count the seconds between the', { state: 'stopped' }),
      m(7, 'user', 'Can you hear me now?', { state: 'queued', rev: 0 }),
      m(8, 'user', 'I will wait.', { state: 'sending', rev: 0 }),
      m(9, 'user', 'A message that is too long.', {
        state: 'rejected',
        rev: 0,
        opId: 'op-9',
        problem: {
          code: 'too_long',
          message: 'The message is longer than 200,000 characters.',
          hint: 'Shorten it and send it again.',
        },
      }),
    ],
  };
}

/** A question put differently, and an edit that met another one. */
function branches(): Talk {
  const id = 'branches';
  const m = (seq: number, follows: string, content: string, fields: Partial<MessageRow> = {}) =>
    messageOf(id, seq, seq % 2 ? 'user' : 'assistant', content, { parent_id: follows, ...fields });
  const theirs = 'How do I grow tomatoes on a north-facing balcony?';
  return {
    conversation: conversationOf(id, 'Bob', 'Tomatoes on a balcony', 28),
    messages: [
      m(1, id, 'How do I grow tomatoes?'),
      m(2, `${id}-1`, 'With much sun, much water and a stake.'),
      m(3, `${id}-2`, 'And without a garden?'),
      m(4, `${id}-3`, 'In a pot of twenty litres.'),
      m(5, id, 'How do I grow tomatoes on a small balcony?', {
        state: 'rejected',
        opId: 'op-conflict',
        problem: {
          code: 'conflict',
          message: 'The message was changed elsewhere.',
          hint: '',
          details: { current: m(5, id, theirs) },
        },
      }),
      m(6, `${id}-5`, 'Choose a small kind, such as *Balkonzauber*, and a pot of ten litres.'),
    ],
  };
}

function long(): Talk {
  const messages = Array.from({ length: 400 }, (_, at0) =>
    messageOf(
      'long',
      at0 + 1,
      at0 % 2 ? 'assistant' : 'user',
      at0 % 2 ? `Answer ${at0}. ${'A few more words to fill the line. '.repeat(1 + (at0 % 9))}` : `Question ${at0}?`,
      { created_at: at(400 - at0) },
    ),
  );
  return {
    conversation: conversationOf(
      'long',
      'Bob',
      'A conversation that went on and on about everything under the sun',
      50,
    ),
    messages,
  };
}

export function talks(_state: DemoState): Talk[] {
  const small = (id: string, name: string, title: string, hours: number, fields: Partial<ConversationRow> = {}) => ({
    conversation: conversationOf(id, name, title, hours, fields),
    messages: [messageOf(id, 1, 'user', title), messageOf(id, 2, 'assistant', 'Let us see.')],
  });
  return [
    tea(),
    small('py', 'Bob', 'Reading a CSV file in Python', 1, { generation_id: 'g' }),
    troubles(),
    small('week', 'Marie', 'The week of the move', 26, { pinned: true }),
    small('bike', 'Bob', 'Truing a bicycle wheel', 30),
    branches(),
    long(),
    small('beans', 'Marie', 'When to plant beans', 100),
    small('radio', 'Bob', 'Building a crystal radio', 400),
  ];
}
