import type { EntityKind } from './kind';

/** What a person wants of a message when its Locrit is reminded. */
export const recall_marks: EntityKind<'recall_mark'> = {
  name: 'recall_mark',
  stores: { 5: 'id' },
  givenBack: '/api/v2/sync/recall-marks',
  idOf: (row) => row.id,
  merge: (current, incoming) => (incoming.rev > current.rev ? incoming : current),
};
