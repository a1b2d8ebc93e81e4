import type { EntityKind } from './kind';

export const artifacts: EntityKind<'artifact'> = {
  name: 'artifact',
  stores: { 4: 'id, conversation_id, message_id' },
  idOf: (row) => row.id,
  merge: (current, incoming) => (incoming.rev >= current.rev ? incoming : current),
};
