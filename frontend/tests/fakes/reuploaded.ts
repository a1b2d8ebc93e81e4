import type { Artifact, ArtifactVersion, Conversation, Message, ToolResult } from '../../src/core/types';
import { saveMade, saveTool } from './called';
import { refused } from './refused';
import type { FakeServer } from './server';

/** What a browser uploads again of a conversation. */
export interface Reuploaded {
  messages: Message[];
  conversation?: Conversation;
  tool_results?: ToolResult[];
  artifacts?: (Artifact & { versions: ArtifactVersion[] })[];
}

/** As the real server merges: what is missing is made as it was, of the rest the newer revision counts. */
export function takeConversation(server: FakeServer, id: string, { messages, conversation, ...rows }: Reuploaded) {
  if (new TextEncoder().encode(JSON.stringify(messages)).length > 900_000) throw refused(413, 'too_large');
  if (messages.some(({ content }) => content === server.refusesToTake)) throw refused(400, 'invalid_input');
  if (conversation) takeRow(server, conversation);
  const ours = (one: Message) => server.messages.get(one.message_id);
  const added = messages.filter((one) => ours(one) === undefined);
  for (const one of messages.filter((one) => (ours(one)?.rev ?? Infinity) < (one.rev ?? 0)))
    server.save('message.updated', { ...one, conversation_id: id, seq: ours(one)?.seq ?? 0, status: ended(one) });
  for (const one of added) {
    const { content, message_id } = one;
    server.addMessage(id, { ...one, status: ended(one) }, { message: content, op_id: message_id });
  }
  const isNewer = (theirs: { rev: number }, known?: { rev: number }) => theirs.rev > (known?.rev ?? 0);
  for (const one of rows.tool_results ?? [])
    if (isNewer(one, server.tools.get(one.id))) saveTool(server, 'tool_result.updated', one);
  for (const { versions, ...one } of rows.artifacts ?? []) {
    if (!isNewer(one, server.made.get(one.id))) continue;
    server.versions.set(one.id, versions);
    saveMade(server, 'artifact.updated', one);
  }
  return { added: added.map(({ message_id }) => message_id) };
}

function takeRow(server: FakeServer, theirs: Conversation): void {
  const ours = server.conversations.get(theirs.conversation_id);
  const { locrit_id, locrit_name } = theirs;
  if (ours === undefined && ![...server.locrits.values()].some(({ id }) => id === locrit_id))
    server.addLocrit(locrit_name, { id: locrit_id });
  if (ours !== undefined && theirs.rev <= ours.rev) return;
  const type = ours === undefined ? 'conversation.created' : 'conversation.updated';
  server.saveConversation(type, { ...theirs, message_count: ours?.message_count ?? 0 }, 'uploaded again');
}

/** Nobody writes on a reply that is uploaded. */
function ended({ status }: Partial<Message>): Message['status'] {
  return status === 'streaming' ? 'interrupted' : (status ?? 'complete');
}
