import type { Client, Model, ModelList } from '../../core';
import type { DemoState } from './demo-state';
import { signal } from './demo-store';

const model = (name: string, label: string, parameter_size: string, size: number, used_by: string[]): Model => ({
  name,
  provider: 'ollama',
  label,
  size,
  parameter_size,
  quantization: 'Q4_K_M',
  family: name.split(/\d/)[0] ?? '',
  can_chat: true,
  thinks: false,
  think: [],
  tools: false,
  loaded: false,
  capabilities: ['completion'],
  context_length: 131_072,
  num_ctx: null,
  token_bytes: 114_688,
  modified_at: '2026-01-02T03:04:05Z',
  used_by,
});

export const MODEL_LIST: ModelList = {
  success: true,
  models: [model('llama3.2:3b', 'Llama 3.2', '3B', 2e9, ['Bob Technique']), model('qwen3:8b', 'Qwen 3', '8B', 5e9, [])],
  loaded: [],
  default: 'llama3.2:3b',
  default_error: null,
  state: {
    provider: 'ollama',
    status: 'ready',
    detail: 'Ollama 0.13.0 answers at http://127.0.0.1:11434.',
    host: 'http://127.0.0.1:11434',
    version: '0.13.0',
  },
  pulls: [],
  hosts: [],
  settings: { id: 'server', default_model: '', meaning: '', options: {}, rev: 0, created_at: '', updated_at: '' },
  fixed: {},
  has_encoder: false,
};

const SMALL: Model = {
  ...model('SmolLM2-135M', 'Small offline model', '135M', 1e8, ['Bob Technique']),
  provider: 'embedded',
};
const ALONE: ModelList = { ...MODEL_LIST, models: [SMALL], default: SMALL.name };

export function demoModels(state: DemoState): Client['models'] {
  return {
    known: signal({ list: state === 'embedded' ? ALONE : MODEL_LIST, failed: false }),
    look: async () => undefined,
    refresh: async () => undefined,
  };
}
