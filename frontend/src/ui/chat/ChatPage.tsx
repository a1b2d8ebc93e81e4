import { MessageSquareOff } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { ArtifactRow, ConversationRow, Locrit, ShownMessages } from '../../core';
import { useClient, useIsUnkept, useLive, useSignal } from '../app-context';
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
  const shown = useSignal(useMemo(() => client.sight(id), [client, id]));
  useEffect(() => (isOpen ? client.open(id) : undefined), [client, id, isOpen]);
  return (
    <NamedLocrit>
      {(locrit) => (
        <Chat key={locrit.id} locrit={locrit}>
          <ArtifactsContext value={made}>
            <Shown {...{ locrit, id, isFresh, conversation, shown: shown ?? (isFresh ? NOTHING : undefined) }} />
          </ArtifactsContext>
        </Chat>
      )}
    </NamedLocrit>
  );
}

function Chat({ locrit, children }: { locrit: Locrit; children: ReactNode }) {
  return (
    <div className="h-full" {...accentOf(locrit.name)}>
      <WithArtifact locrit={locrit.name}>
        <div className="flex h-full flex-col">{children}</div>
      </WithArtifact>
    </div>
  );
}

const NOTHING_MADE: ArtifactRow[] = [];
const NOTHING: ShownMessages = { messages: [], atStart: true, atEnd: true };

interface ShownProps {
  locrit: Locrit;
  id: string;
  /** It may begin here. */
  isFresh: boolean;
  /** null when there is none; undefined while it is being read. */
  conversation: ConversationRow | null | undefined;
  shown: ShownMessages | undefined;
}

function Shown({ locrit, id, isFresh, conversation, shown }: ShownProps) {
  useTitle(conversation?.title || locrit.name);
  const isEmpty = shown?.messages.length === 0;
  const wasThere = useWasThere(id, conversation === undefined ? undefined : conversation !== null);
  const isMissing = wasThere || (!isFresh && conversation === null && isEmpty);
  return (
    <HostContext value={locrit.host}>
      <ChatHeader locrit={locrit} conversation={conversation ?? undefined} />
      {isMissing && <ConversationMissing name={locrit.name} wasThere={wasThere} />}
      {shown && !isMissing && (
        <Conversation
          locrit={locrit}
          conversationId={id}
          conversation={conversation ?? undefined}
          shown={shown}
          isNew={isFresh && isEmpty}
        />
      )}
    </HostContext>
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
