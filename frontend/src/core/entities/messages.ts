import type { Message } from '../types';
import { type EntityKind, forgottenOf } from './kind';

export const messages: EntityKind<'message'> = {
  name: 'message',
  stores: { 1: 'message_id, [conversation_id+seq]' },
  givenBack: 'in its conversation',
  idOf: (row) => row.message_id,
  merge: mergeMessage,
};

/** Within a revision a reply only grows, and an ended one does not run again. */
export function mergeMessage(current: Message, incoming: Message): Message {
  const forgotten = forgottenOf(current, incoming);
  if (forgotten) return forgotten;
  if (incoming.rev !== current.rev) return incoming.rev > current.rev ? incoming : current;
  const [ended, incomingEnded] = [current.status !== 'streaming', incoming.status !== 'streaming'];
  if (ended !== incomingEnded) return incomingEnded ? incoming : current;
  return incoming.idx > current.idx ? incoming : current;
}
