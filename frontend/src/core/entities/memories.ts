import { type EntityKind, forgottenOf } from './kind';

export const memories: EntityKind<'memory'> = {
  name: 'memory',
  stores: { 5: 'id, locrit_id' },
  givenBack: '/api/v2/sync/memories',
  idOf: (row) => row.id,
  merge: (current, incoming) => forgottenOf(current, incoming) ?? (incoming.rev >= current.rev ? incoming : current),
};
