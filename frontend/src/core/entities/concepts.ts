import type { EntityKind } from './kind';

/** What a person decided of a concept. One that was forgotten may be decided anew, when it is said again. */
export const concepts: EntityKind<'concept'> = {
  name: 'concept',
  stores: { 6: 'id, locrit_id' },
  givenBack: '/api/v2/sync/concepts',
  idOf: (row) => row.id,
  merge: (current, incoming) => (incoming.rev >= current.rev ? incoming : current),
};
