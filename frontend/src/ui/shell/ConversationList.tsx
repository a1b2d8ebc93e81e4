import { Archive, ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import type { ConversationRow } from '../../core';
import { useClient, useConnection, useLive } from '../app-context';
import { Button } from '../kit/Button';
import { type AllText, useText } from '../text/text';
import { daysAgo } from '../text/when';
import { ConversationItem } from './ConversationItem';
import { useShell } from './shell-context';

type GroupName = 'pinned' | 'today' | 'yesterday' | 'week' | 'older';

const GROUPS: GroupName[] = ['pinned', 'today', 'yesterday', 'week', 'older'];

function groupOf(conversation: ConversationRow): GroupName {
  if (conversation.pinned) return 'pinned';
  const days = daysAgo(conversation.updated_at);
  return days < 1 ? 'today' : days < 2 ? 'yesterday' : days < 7 ? 'week' : 'older';
}

/** Conversations of one Locrit, or of all, newest first within pinned, today, yesterday and so on. */
export function ConversationList({ locrit }: { locrit?: string }) {
  const t = useText();
  const { listed } = useShell();
  const known = useConnection().state === 'offline' || listed;
  const [archived, setArchived] = useState(false);
  const conversations = useLive((client) => client.conversations({ locrit, archived }), [locrit, archived]);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
      {conversations?.length === 0 && known && (
        <p className="late px-3 py-2 text-ink-3 text-sm">
          {archived ? t.conversations.noneArchived : t.conversations.none}
        </p>
      )}
      {GROUPS.map((name) => (
        <Group
          key={name}
          name={name}
          conversations={conversations?.filter((each) => groupOf(each) === name)}
          locrit={locrit}
          t={t}
        />
      ))}
      {conversations && <More locrit={locrit} shown={conversations.length} />}
      {conversations && (
        <Button
          look="ghost"
          small
          className="mt-2 w-full justify-start px-3 font-normal text-ink-3"
          onClick={() => setArchived(!archived)}
        >
          {archived ? <ArrowLeft aria-hidden className="size-4" /> : <Archive aria-hidden className="size-4" />}
          {archived ? t.conversations.hideArchived : t.conversations.showArchived}
        </Button>
      )}
    </div>
  );
}

interface GroupProps {
  name: GroupName;
  conversations?: ConversationRow[];
  locrit?: string;
  t: AllText;
}

function Group({ name, conversations, locrit, t }: GroupProps) {
  if (!conversations?.length) return null;
  return (
    <section>
      <h2 className="px-3 pt-4 pb-1 text-ink-3 text-xs first:pt-2">{t.conversations[name]}</h2>
      <ul>
        {conversations.map((conversation) => (
          <ConversationItem key={conversation.conversation_id} conversation={conversation} withLocrit={!locrit} />
        ))}
      </ul>
    </section>
  );
}

const PAGE = 50;

function More({ locrit, shown }: { locrit?: string; shown: number }) {
  const t = useText();
  const client = useClient();
  const [complete, setComplete] = useState(false);
  if (complete || shown < PAGE) return null;
  const more = async () => setComplete(!(await client.moreConversations(locrit)));
  return (
    <Button look="ghost" small className="mt-2 w-full justify-start px-3 font-normal" onClick={more}>
      {t.conversations.more}
    </Button>
  );
}
