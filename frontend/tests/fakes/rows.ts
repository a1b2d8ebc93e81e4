import type { Artifact, Conversation, Locrit, Message, ToolResult } from '../../src/core/types';

export function aMessage(fields: Partial<Message>): Message {
  return {
    message_id: 'm1',
    conversation_id: 'c1',
    seq: 1,
    parent_id: null,
    role: 'user',
    content: '',
    status: 'complete',
    rev: 1,
    model: null,
    generation_id: null,
    idx: 0,
    usage: null,
    context: null,
    error: null,
    metadata: {},
    created_at: '2027-01-01T00:00:00.000Z',
    updated_at: '2027-01-01T00:00:00.000Z',
    deleted_at: null,
    forgotten_at: null,
    ...fields,
  };
}

export function anArtifact(fields: Partial<Artifact>): Artifact {
  return {
    id: 'a1',
    conversation_id: 'c1',
    locrit_id: 'l1',
    message_id: 'm1',
    position: 0,
    type: 'html',
    name: 'Clock',
    language: 'html',
    content: '<p>12:00',
    css: '',
    metadata: {},
    copied_from: null,
    version: 1,
    version_at: '2027-01-01T00:00:00.000Z',
    rev: 1,
    created_at: '2027-01-01T00:00:00.000Z',
    updated_at: '2027-01-01T00:00:00.000Z',
    deleted_at: null,
    forgotten_at: null,
    ...fields,
  };
}

export function aToolResult(fields: Partial<ToolResult>): ToolResult {
  return {
    id: 't1',
    conversation_id: 'c1',
    message_id: 'm1',
    name: 'remember',
    display_name: '',
    arguments: { content: 'likes tea' },
    result: null,
    status: 'pending',
    changes: true,
    asks: true,
    answer: null,
    error: null,
    duration_ms: null,
    created_at: '2027-01-01T00:00:00.000Z',
    updated_at: '2027-01-01T00:00:00.000Z',
    forgotten_at: null,
    rev: 1,
    ...fields,
  };
}

export function aConversation(fields: Partial<Conversation>): Conversation {
  return {
    conversation_id: 'c1',
    locrit_id: 'l1',
    locrit_name: 'Bob',
    user_id: 'local',
    session_id: 's1',
    title: '',
    starred: false,
    pinned: false,
    archived: false,
    tags: [],
    think: '',
    metadata: {},
    message_count: 0,
    head_seq: 0,
    generation_id: null,
    preview: '',
    created_at: '2027-01-01T00:00:00.000Z',
    updated_at: '2027-01-01T00:00:00.000Z',
    deleted_at: null,
    forgotten_at: null,
    forked_from: null,
    rev: 1,
    ...fields,
  };
}

export function aLocrit(fields: Partial<Locrit>): Locrit {
  return {
    id: 'l1',
    name: 'Bob',
    former_names: [],
    description: '',
    system_prompt: '',
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
    created_at: '2027-01-01T00:00:00.000Z',
    updated_at: '2027-01-01T00:00:00.000Z',
    deleted_at: null,
    forgotten_at: null,
    rev: 1,
    message_count: 0,
    conversation_count: 0,
    ...fields,
  };
}
