import { type EntityKind, forgottenOf } from './kind';

/** What a model had done by a tool, in its conversation. */
export const tool_results: EntityKind<'tool_result'> = {
  name: 'tool_result',
  stores: { 4: 'id, message_id, conversation_id' },
  givenBack: 'in its conversation',
  idOf: (row) => row.id,
  merge: (current, incoming) => forgottenOf(current, incoming) ?? (incoming.rev > current.rev ? incoming : current),
};
