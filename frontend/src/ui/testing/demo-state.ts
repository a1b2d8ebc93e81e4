import type { Connection } from '../../core';

/** What a browser may be in, for component tests and for looking. */
export type DemoState =
  | 'usual'
  | 'offline'
  | 'rejected'
  | 'starting'
  | 'unavailable'
  | 'embedded'
  | 'empty'
  | 'unsaved';

export const CONNECTIONS: Record<DemoState, Partial<Connection>> = {
  usual: {},
  empty: {},
  offline: { state: 'offline', pending: 3 },
  rejected: { rejected: 1 },
  unsaved: {
    problem: { code: 'storage_full', message: 'This browser has no room left.', hint: 'Free some space, then reload.' },
  },
  starting: { model: { provider: 'embedded', status: 'starting', detail: '', host: null, version: null } },
  unavailable: {
    model: {
      provider: 'none',
      status: 'unavailable',
      detail: 'Ollama does not answer at 127.0.0.1:11434.',
      host: null,
      version: null,
    },
  },
  embedded: { model: { provider: 'embedded', status: 'ready', detail: '', host: null, version: null } },
};
