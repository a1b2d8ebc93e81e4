import type { Entities, Rows } from '../entities';
import type { Concept, ConceptChanges } from '../types';
import type { CommandKind, Earlier } from './kind';

interface OfConcept {
  concept_id: string;
  locrit_id: string;
  /** As it was called when that was done. */
  name: string;
}

export interface EditConcept extends OfConcept {
  type: 'concept.edit';
  changes: ConceptChanges;
  /** Missing where it goes over whatever was decided by then. */
  rev?: number;
}
export interface MergeConcept extends OfConcept {
  type: 'concept.merge';
  into: string;
}
export interface DeleteConcept extends OfConcept {
  type: 'concept.delete';
}
export interface RestoreConcept extends OfConcept {
  type: 'concept.restore';
}

export const CONCEPTS = '/api/v2/locrits/{name}/memory/concepts';
export const CONCEPT = `${CONCEPTS}/{concept_id}` as const;

/** Each has a queue of its own: what is refused of one keeps no other waiting. */
export function conceptScope(conceptId: string): string {
  return `concept:${conceptId}`;
}

const onConcept = {
  queueKey: ({ concept_id }: OfConcept) => conceptScope(concept_id),
  subject: ({ concept_id }: OfConcept) => concept_id,
  dependsOn: ({ concept_id, locrit_id }: OfConcept, { creates, subject }: Earlier) =>
    creates.includes(locrit_id) || subject === concept_id,
  crossesQueues: true as const,
};

export const editConcept: CommandKind<EditConcept> = {
  ...onConcept,
  async perform({ api }, { changes, rev, ...command }, op_id) {
    const body = { ...changes, op_id, ...(rev !== undefined && { rev }) };
    return { concepts: [await api.patch(CONCEPT, { params: conceptAt(command), body })] };
  },
  optimistic: (rows, { command, created_at }) => decided(rows, command, created_at, command.changes),
};

export const mergeConcept: CommandKind<MergeConcept> = {
  ...onConcept,
  async perform({ api }, { into, ...command }, op_id) {
    return { concepts: [await api.post(`${CONCEPT}/merge`, { params: conceptAt(command), body: { into, op_id } })] };
  },
  optimistic: (rows, { command, created_at }) => decided(rows, command, created_at, { merged_into: command.into }),
  dependsOn: (command, earlier) => onConcept.dependsOn(command, earlier) || earlier.subject === command.into,
};

export const deleteConcept: CommandKind<DeleteConcept> = {
  ...onConcept,
  async perform({ api }, command, op_id) {
    return { concepts: [await api.delete(CONCEPT, { params: { ...conceptAt(command), query: { op_id } } })] };
  },
  optimistic: (rows, { command, created_at }) => decided(rows, command, created_at, { deleted_at: created_at }),
};

/** Brings back what was deleted, and takes apart what was merged. */
export const restoreConcept: CommandKind<RestoreConcept> = {
  ...onConcept,
  async perform({ api }, command, op_id) {
    const params = { ...conceptAt(command), query: { op_id } };
    return { concepts: [await api.post(`${CONCEPT}/restore`, { params })] };
  },
  optimistic: (rows, { command, created_at }) =>
    decided(rows, command, created_at, { deleted_at: null, merged_into: null }),
};

export function conceptAt({ concept_id, locrit_id: name }: Omit<OfConcept, 'name'>) {
  return { path: { name, concept_id } };
}

/** Nothing may have been decided of it before. */
function decided(
  rows: Rows,
  { concept_id: id, locrit_id }: OfConcept,
  at: string,
  changes: Partial<Concept>,
): Entities {
  const row = rows.concepts.get(id) ?? { ...NOTHING, id, locrit_id, created_at: at };
  return { concepts: [{ ...row, ...changes, rev: row.rev + 1, updated_at: at }] };
}

const NOTHING: Omit<Concept, 'id' | 'locrit_id' | 'created_at'> = {
  name: '',
  type: '',
  description: '',
  origin: '',
  merged_into: null,
  rev: 0,
  updated_at: '',
  deleted_at: null,
  forgotten_at: null,
};
