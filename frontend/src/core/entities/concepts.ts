import type { EntityKind } from './kind';

/** What a person decided of a concept: newer than the list of concepts that is kept beside. */
export const concepts: EntityKind<'concept'> = {
  name: 'concept',
  stores: { 6: 'id, locrit_id' },
  idOf: (row) => row.id,
  merge: (current, incoming) => (incoming.rev >= current.rev ? incoming : current),
};
