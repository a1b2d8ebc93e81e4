import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Client, ConversationRow, Locrit, MessageRow, ShownMessages } from '../../core';
import { useClient, useConnection } from '../app-context';
import { draftKeys } from '../form-draft';
import { useEscape } from '../keys';
import { useStable } from '../stable';
import { useText } from '../text/text';
import { Aside } from './Aside';
import { isAside, lastQuestion, running } from './arrange';
import { Composer } from './Composer';
import { FindBar, useFindKey } from './FindBar';
import { NothingHere } from './Gone';
import { isKept } from './kept';
import { MessageList } from './MessageList';
import { ModelNotice } from './ModelNotice';
import { Resting } from './Resting';
import { useSought } from './use-sought';
import { useVersions } from './use-versions';

interface Props {
  locrit: Locrit;
  conversationId: string;
  conversation?: ConversationRow;
  shown: ShownMessages;
}

export function Conversation({ locrit, conversationId, conversation, shown }: Props) {
  const { messages } = shown;
  const client = useClient();
  const [editing, setEditing] = useState(() => leftEdit(client, conversationId, messages));
  const sought = useSought(conversationId, shown);
  const { rows, choose, showNewest } = useVersions(conversationId, shown, sought);
  const goToNewest = useNewest(conversationId);
  const [finding, setFinding] = useState(false);
  const openFinding = useStable(() => setFinding(true));
  useFindKey(openFinding);
  const reply = running(messages);
  // Away from the server nothing can be stopped, and what is written waits in the outbox.
  const stoppable = useConnection().state === 'online' && reply !== undefined;

  const stop = () => reply?.generation_id && void client.stopReply(reply.generation_id);
  const onSaveEdit = useStable(useSaveEdit(() => setEditing(null)));
  const onVersion = useStable(choose);

  async function send(text: string) {
    const aside = isAside(rows);
    await client.send(conversationId, text, aside ? rows.at(-1)?.message.message_id : undefined);
    if (!aside && sought) goToNewest();
  }

  useEscape(stoppable ? stop : undefined);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {finding && <FindBar conversationId={conversationId} onClose={() => setFinding(false)} />}
      {rows.length > 0 ? (
        <MessageList
          conversationId={conversationId}
          rows={rows}
          locrit={locrit}
          part={shown}
          sought={sought}
          onNewest={goToNewest}
          onDay={openFinding}
          editing={editing}
          onEdit={setEditing}
          onSaveEdit={onSaveEdit}
          onVersion={onVersion}
        />
      ) : (
        <NothingHere conversationId={conversationId} conversation={conversation} shown={shown} />
      )}
      <ReplyStatus name={locrit.name} messages={messages} />
      {isAside(rows) && <Aside onNewest={showNewest} />}
      <ModelNotice locrit={locrit} />
      {locrit.active ? null : <Resting locrit={locrit} />}
      <Composer
        draftKey={conversationId}
        name={locrit.name}
        running={stoppable}
        disabled={!locrit.active}
        onSend={send}
        onStop={stop}
        onEditLast={() => setEditing(lastQuestion(rows)?.message_id ?? null)}
      />
    </div>
  );
}

/** Back from the message that was looked for to the end of the conversation. */
function useNewest(conversationId: string) {
  const client = useClient();
  const [, setSearch] = useSearchParams();
  return () => {
    setSearch({}, { replace: true });
    void client.showNewest(conversationId);
  };
}

/** The message whose edit was left without saving it, last of all. */
function leftEdit(client: Client, conversationId: string, messages: MessageRow[]): string | null {
  for (const key of client.formDraftKeys(draftKeys.edits(conversationId))) {
    const left = messages.find(({ message_id }) => key === draftKeys.edit(conversationId, message_id));
    if (left) return left.message_id;
  }
  return null;
}

function useSaveEdit(done: () => void) {
  const client = useClient();
  const save = async (message: MessageRow, text: string, ask: boolean) => {
    if (!message.rev) return client.editMessage(message.message_id, text);
    const changed = text !== message.content;
    if (ask && changed) return client.sendInstead(message.conversation_id, message.message_id, text);
    if (changed) return client.editMessage(message.message_id, text);
    if (ask) await client.retry(message.message_id);
  };
  return async (...edit: Parameters<typeof save>) => {
    if (!(await isKept(save(...edit)))) return;
    const [{ conversation_id, message_id }] = edit;
    client.saveFormDraft(draftKeys.edit(conversation_id, message_id), null);
    done();
  };
}

/** Says once, politely, that a reply began and how it ended; never its text. */
function ReplyStatus({ name, messages }: { name: string; messages: MessageRow[] }) {
  const t = useText();
  const [said, setSaid] = useState('');
  const [followed, setFollowed] = useState<string>();
  const reply = running(messages)?.message_id;
  const ended = reply ? undefined : messages.find((message) => message.message_id === followed)?.state;
  useEffect(() => {
    if (reply) setFollowed(reply);
    if (reply) setSaid(t.status.writing(name));
    else if (ended) setSaid(ended === 'saved' ? t.status.done(name) : t.status.ended(name));
  }, [reply, ended, name, t]);
  return (
    <output aria-live="polite" className="sr-only">
      {said}
    </output>
  );
}
