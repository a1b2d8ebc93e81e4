import { type FoundMessage, Matcher, type SearchQuery } from '../../core';
import type { DemoStore } from './demo-store';

/** As the server finds it, in what the demo holds. */
export function hitsIn(store: DemoStore, { words, locrit, role, conversationId }: SearchQuery): FoundMessage[] {
  const matcher = new Matcher(words);
  return store.messages.flatMap((message) => {
    const conversation = store.conversations.find((each) => each.conversation_id === message.conversation_id);
    const elsewhere = conversationId && conversationId !== message.conversation_id;
    const unlike = (locrit && conversation?.locrit_name !== locrit) || (role && message.role !== role);
    if (!conversation || message.deleted_at || elsewhere || unlike || !matcher.has(message.content)) return [];
    const { message_id, conversation_id, created_at, seq, status } = message;
    const { locrit_name, title: session_name, session_id } = conversation;
    const said = { message_id, conversation_id, role: message.role, created_at, seq, status };
    return [
      { ...said, locrit_name, session_name, session_id, forked_from: null, snippet: marked(message.content, matcher) },
    ];
  });
}

function marked(text: string, matcher: Matcher): string {
  return matcher
    .places(text)
    .reduceRight((all, [from, to]) => `${all.slice(0, from)}\u0002${all.slice(from, to)}\u0003${all.slice(to)}`, text);
}
