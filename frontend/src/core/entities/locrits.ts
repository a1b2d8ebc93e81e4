import type { Locrit } from '../types';
import type { EntityKind } from './kind';

export const locrits: EntityKind<Locrit> = {
  name: 'locrit',
  stores: { 1: 'id, name' },
  idOf: (row) => row.id,
  merge: (current, incoming) => (incoming.rev >= current.rev ? incoming : current),
};
