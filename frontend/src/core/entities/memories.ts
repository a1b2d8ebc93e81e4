import { type EntityKind, forgottenOrNewer } from './kind';

export const memories: EntityKind<'memory'> = {
  name: 'memory',
  stores: { 5: 'id, locrit_id' },
  givenBack: '/api/v2/sync/memories',
  idOf: (row) => row.id,
  merge: forgottenOrNewer,
};
