import type { CommandKind } from './kind';

export interface SaveNote {
  type: 'note.save';
  id: string;
  title: string;
}

export const saveNote: CommandKind<SaveNote> = {
  queueKey: () => 'notes',
  subject: ({ id }) => id,
  perform: async ({ api }, { id, title }, op_id) => ({
    notes: [await api.post('/api/v2/notes', { body: { id, title, op_id } })],
  }),
  optimistic: (_, { command: { id, title }, created_at }) => ({
    notes: [{ id, title, rev: 0, created_at, updated_at: created_at, deleted_at: null, forgotten_at: null }],
  }),
};
