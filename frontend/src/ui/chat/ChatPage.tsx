import { MessageSquareOff } from 'lucide-react';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import type { Locrit } from '../../core';
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
  return <NamedLocrit>{(locrit) => <Chat locrit={locrit} />}</NamedLocrit>;
}

function Chat({ locrit }: { locrit: Locrit }) {
  const { conversationId } = useParams();
  return (
    <div className="flex h-full flex-col" {...accentOf(locrit.name)}>
      {conversationId ? (
        <KnownConversation key={conversationId} locrit={locrit} conversationId={conversationId} />
      ) : (
        <>
          <ChatHeader locrit={locrit} />
          <NewChat key={locrit.name} locrit={locrit} />
        </>
      )}
    </div>
  );
}

function KnownConversation({ locrit, conversationId }: { locrit: Locrit; conversationId: string }) {
  const client = useClient();
  const conversation = useLive(async (c) => (await c.conversation(conversationId)) ?? null, [conversationId]);
  const messages = useLive((c) => c.messages(conversationId), [conversationId]);
  useEffect(() => client.open(conversationId), [client, conversationId]);
  useTitle(conversation?.title || locrit.name);
  const unknown = conversation === null && messages?.length === 0;
  return (
    <>
      <ChatHeader locrit={locrit} conversation={conversation ?? undefined} />
      {unknown && <ConversationMissing name={locrit.name} />}
      {messages && !unknown && <Conversation locrit={locrit} conversationId={conversationId} messages={messages} />}
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
