import { type EntityKind, forgottenOf } from './kind';

export const locrits: EntityKind<'locrit'> = {
  name: 'locrit',
  stores: { 1: 'id, name' },
  givenBack: 'first',
  idOf: (row) => row.id,
  merge: (current, incoming) => forgottenOf(current, incoming) ?? (incoming.rev >= current.rev ? incoming : current),
};
