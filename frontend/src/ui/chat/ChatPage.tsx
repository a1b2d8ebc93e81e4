import { MessageSquareOff } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { Link, useParams } from 'react-router';
import type { ConversationRow, Locrit, ShownMessages } from '../../core';
import { useClient, useLive } from '../app-context';
import { Button } from '../kit/Button';
import { EmptyState } from '../kit/states';
import { NamedLocrit } from '../locrits/LocritPage';
import { accentOf } from '../look/accent';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useTitle } from '../title';
import { ChatHeader } from './ChatHeader';
import { Conversation } from './Conversation';
import { NewChat } from './NewChat';

export function ChatPage() {
  const { conversationId } = useParams();
  return conversationId ? <KnownConversation key={conversationId} conversationId={conversationId} /> : <BeginChat />;
}

function BeginChat() {
  return (
    <NamedLocrit>
      {(locrit) => (
        <Chat locrit={locrit}>
          <ChatHeader locrit={locrit} />
          <NewChat key={locrit.name} locrit={locrit} />
        </Chat>
      )}
    </NamedLocrit>
  );
}

/** The conversation is read beside its Locrit, not after it. */
function KnownConversation({ conversationId }: { conversationId: string }) {
  const client = useClient();
  const conversation = useLive(async (c) => (await c.conversation(conversationId)) ?? null, [conversationId]);
  const shown = useLive((c) => c.shown(conversationId), [conversationId]);
  useEffect(() => client.open(conversationId), [client, conversationId]);
  return (
    <NamedLocrit>
      {(locrit) => (
        <Chat locrit={locrit}>
          <ShownConversation locrit={locrit} id={conversationId} conversation={conversation} shown={shown} />
        </Chat>
      )}
    </NamedLocrit>
  );
}

function Chat({ locrit, children }: { locrit: Locrit; children: ReactNode }) {
  return (
    <div className="flex h-full flex-col" {...accentOf(locrit.name)}>
      {children}
    </div>
  );
}

interface Shown {
  locrit: Locrit;
  id: string;
  /** null when there is none; undefined while it is being read. */
  conversation: ConversationRow | null | undefined;
  shown: ShownMessages | undefined;
}

function ShownConversation({ locrit, id, conversation, shown }: Shown) {
  useTitle(conversation?.title || locrit.name);
  const unknown = conversation === null && shown?.messages.length === 0;
  return (
    <>
      <ChatHeader locrit={locrit} conversation={conversation ?? undefined} />
      {unknown && <ConversationMissing name={locrit.name} />}
      {shown && !unknown && (
        <Conversation locrit={locrit} conversationId={id} conversation={conversation ?? undefined} shown={shown} />
      )}
    </>
  );
}

function ConversationMissing({ name }: { name: string }) {
  const t = useText();
  return (
    <EmptyState
      className="late"
      icon={<MessageSquareOff />}
      title={t.chat.missing}
      text={t.chat.missingHint}
      action={
        <Button asChild>
          <Link to={paths.chat(name)}>{t.conversations.start}</Link>
        </Button>
      }
    />
  );
}
