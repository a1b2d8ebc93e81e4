import { MessageSquareOff } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Link, useParams } from 'react-router';
import type { ArtifactRow, ConversationRow, Locrit, ShownMessages } from '../../core';
import { useClient, useIsUnkept, useLive } from '../app-context';
import { ArtifactsContext } from '../artifacts/use-artifacts';
import { WithArtifact } from '../artifacts/WithArtifact';
import { useWasThere } from '../deleted';
import { Button } from '../kit/Button';
import { NotKept } from '../kit/NotKept';
import { EmptyState } from '../kit/states';
import { NamedLocrit } from '../locrits/LocritPage';
import { HostContext } from '../models/use-host';
import { paths } from '../paths';
import { useText } from '../text/text';
import { accentOf } from '../theme/accent';
import { useTitle } from '../title';
import { ChatHeader } from './ChatHeader';
import { Conversation } from './Conversation';
import { Opened } from './opened';

export function ChatPage() {
  const { conversationId } = useParams();
  const fresh = useFreshId(conversationId);
  const id = conversationId ?? fresh;
  return <Talk key={id} id={id} isOpen={conversationId !== undefined} isFresh={id === fresh} />;
}

/**
 * The id of the conversation that may begin on this page. It is the same before and after, so that the page stays as it
 * is when the first message goes. Another one once the page was left for a new conversation.
 */
function useFreshId(shown: string | undefined): string {
  const client = useClient();
  const [fresh, setFresh] = useState(() => ({ id: client.newConversationId(), begun: false }));
  if (shown === fresh.id && !fresh.begun) setFresh({ ...fresh, begun: true });
  if (shown === undefined && fresh.begun) setFresh({ id: client.newConversationId(), begun: false });
  return fresh.id;
}

/** The conversation is read beside its Locrit, not after it. */
function Talk({ id, isOpen, isFresh }: { id: string; isOpen: boolean; isFresh: boolean }) {
  const client = useClient();
  const conversation = useLive(async (c) => (await c.conversation(id)) ?? null, [id]);
  const made = useLive((c) => c.artifacts.of(id), [id]) ?? NOTHING_MADE;
  const sight = useMemo(() => client.sight(id), [client, id]);
  const shown = useSyncExternalStore(sight.subscribe, sight.get) ?? (isFresh ? NOTHING : undefined);
  const isEmpty = shown?.messages.length === 0;
  const wasThere = useWasThere(id, conversation === undefined ? undefined : conversation !== null);
  const isMissing = wasThere || (!isFresh && conversation === null && isEmpty);
  useEffect(() => (isOpen ? client.open(id) : undefined), [client, id, isOpen]);
  const named = { conversationId: id, conversation: conversation ?? undefined };
  return (
    <NamedLocrit>
      {(locrit) => (
        <Chat key={locrit.id} locrit={locrit} conversation={named.conversation} made={made}>
          {isMissing && <ConversationMissing name={locrit.name} wasThere={wasThere} />}
          {shown && !isMissing && <Conversation {...named} locrit={locrit} shown={shown} isNew={isFresh && isEmpty} />}
        </Chat>
      )}
    </NamedLocrit>
  );
}

const NOTHING_MADE: ArtifactRow[] = [];
const NOTHING: ShownMessages = { messages: [], atStart: true, atEnd: true };

interface ChatProps {
  locrit: Locrit;
  conversation?: ConversationRow;
  made: ArtifactRow[];
  children: ReactNode;
}

function Chat({ locrit, conversation, made, children }: ChatProps) {
  useTitle(conversation?.title || locrit.name);
  return (
    <div className="h-full" {...accentOf(locrit.name)}>
      <WithArtifact locrit={locrit.name}>
        <div className="flex h-full flex-col">
          <ArtifactsContext value={made}>
            <HostContext value={locrit.host}>
              <ChatHeader locrit={locrit} conversation={conversation} />
              <Opened>{children}</Opened>
            </HostContext>
          </ArtifactsContext>
        </div>
      </WithArtifact>
    </div>
  );
}

function ConversationMissing({ name, wasThere }: { name: string; wasThere: boolean }) {
  const t = useText();
  if (useIsUnkept() && !wasThere) return <NotKept />;
  const [title, text] = wasThere ? [t.gone.deleted, t.gone.deletedHint] : [t.chat.missing, t.chat.missingHint];
  return (
    <EmptyState
      className="late"
      icon={<MessageSquareOff />}
      title={title}
      text={text}
      action={
        <Button asChild>
          <Link to={paths.chat(name)}>{t.conversations.start}</Link>
        </Button>
      }
    />
  );
}
