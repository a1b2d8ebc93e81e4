import type { Conversation } from '../types';
import { type EntityKind, forgottenOf } from './kind';

export const conversations: EntityKind<'conversation'> = {
  name: 'conversation',
  stores: {
    1: 'conversation_id, locrit_name, updated_at',
    2: 'conversation_id, locrit_name, locrit_id, [shelf+updated_at], [locrit_name+shelf+updated_at]',
  },
  givenBack: 'in its conversation',
  idOf: (row) => row.conversation_id,
  merge: mergeConversation,
};

/** What people edit goes by `rev`; what happens in the conversation goes by `head_seq`. */
function mergeConversation(current: Conversation, incoming: Conversation): Conversation {
  const edits = forgottenOf(current, incoming) ?? (incoming.rev > current.rev ? incoming : current);
  const activity = incoming.head_seq >= current.head_seq ? incoming : current;
  const { message_count, head_seq, generation_id, preview, updated_at } = activity;
  const { locrit_id, locrit_name } = incoming;
  return { ...edits, message_count, head_seq, generation_id, preview, updated_at, locrit_id, locrit_name };
}

/** How the label begins of what guests and visitors say: `src/entities/conversations.py`. */
const VISITOR = 'visitor:';

/** Who talks in it, where that is not its person: whom the invitation names; nobody knows who comes by a public page. */
export function visitorOf({ user_id, metadata }: Pick<Conversation, 'user_id' | 'metadata'>): string | undefined {
  if (!user_id.startsWith(VISITOR)) return undefined;
  return typeof metadata.guest === 'string' ? metadata.guest : '';
}

/** Which list of conversations one stands in. */
export type Shelf = 'pinned' | 'listed' | 'archived';

/** With its shelf, by which the lists are read in their order; what is in the trash, itself or with its Locrit, has none. */
export type StoredConversation = Conversation & { shelf?: Shelf };

export function shelfOf(row: Conversation, isLocritDeleted = false): Shelf | undefined {
  if (row.deleted_at || isLocritDeleted) return undefined;
  return row.archived ? 'archived' : row.pinned ? 'pinned' : 'listed';
}

/** The same row when it stands where it belongs. */
export function shelved(row: StoredConversation, isLocritDeleted: boolean): StoredConversation {
  const shelf = shelfOf(row, isLocritDeleted);
  return row.shelf === shelf ? row : { ...row, shelf };
}
