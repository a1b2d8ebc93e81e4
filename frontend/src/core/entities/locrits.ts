import { type EntityKind, forgottenOrNewer } from './kind';

export const locrits: EntityKind<'locrit'> = {
  name: 'locrit',
  stores: { 1: 'id, name' },
  givenBack: 'first',
  idOf: (row) => row.id,
  merge: forgottenOrNewer,
};
