import type { EntityKind } from './kind';

export const notes: EntityKind<'note'> = {
  name: 'note',
  stores: { 4: 'id' },
  givenBack: { not: 'the server takes none' },
  idOf: (row) => row.id,
  merge: (current, incoming) => (incoming.rev > current.rev ? incoming : current),
};
