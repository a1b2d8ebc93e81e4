import { useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import {
  type Client,
  type ConversationRow,
  type FilePart,
  type Locrit,
  type MessageRow,
  type ShownMessages,
  visitorOf,
} from '../../core';
import { useClient, useConnection } from '../app-context';
import { useKept } from '../failed';
import { draftKeys } from '../form-draft';
import { useEscape } from '../keys';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useEventCallback } from '../use-event-callback';
import { useWayOn } from '../use-way-on';
import { Composer } from './Composer';
import { ContextMeter } from './ContextMeter';
import { isOldBranch, lastQuestion, lastUsage, type Row, running, visibleBranch } from './conversation-tree';
import { FindBar, useAskedToFind, useFindKey } from './FindBar';
import { NothingHere } from './Gone';
import { InactiveNotice, talks } from './InactiveNotice';
import { MessageList, useListNumber } from './MessageList';
import { MessageMenu } from './MessageMenu';
import { ModelNotice } from './ModelNotice';
import { OldBranchBanner } from './OldBranchBanner';
import { useFoundInSight } from './use-found-in-sight';
import { useTarget } from './use-target';
import { useVersions } from './use-versions';
import { Welcome } from './Welcome';

interface Props {
  locrit: Locrit;
  conversationId: string;
  conversation?: ConversationRow;
  shown: ShownMessages;
  /** It begins with the first message that is sent. */
  isNew: boolean;
}

export function Conversation({ locrit, conversationId, conversation, shown, isNew }: Props) {
  const { messages } = shown;
  const client = useClient();
  const [suggestion, setSuggestion] = useState<string>();
  const [editing, setEditing] = useState(() => leftEdit(client, conversationId, messages));
  const target = useTarget(conversationId, shown);
  const { choices, choose, showNewest } = useVersions(conversationId, shown, target, editing);
  const rows = useMemo(() => visibleBranch(messages, choices), [messages, choices]);
  const list = useListNumber(rows);
  const goToNewest = useNewest(conversationId);
  const { finding, openFinding, closeFinding } = useFinding();
  useWordsInSight(finding, target?.id);
  const stop = useStop(messages);
  const usage = lastUsage(rows);
  const onSaveEdit = useEventCallback(useSaveEdit(() => setEditing(null)));
  const onVersion = useEventCallback((turn: string, id: string) => choose(rows, turn, id));
  const newDraft = useNewDraft(locrit);
  const begin = useBegin(locrit, conversationId, isNew);
  const { say, own } = useSay(conversationId, begin, rows, target !== null, goToNewest);
  useEscape(stop);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {finding && <FindBar conversationId={conversationId} onClose={closeFinding} />}
      {isNew ? (
        <Welcome locrit={locrit} onChoose={setSuggestion} />
      ) : rows.length > 0 ? (
        <MessageMenu rows={rows}>
          <MessageList
            key={list}
            {...{ conversationId, rows, locrit, target, own, editing, onSaveEdit, onVersion }}
            visitor={conversation && visitorOf(conversation)}
            part={shown}
            onNewest={goToNewest}
            onDay={openFinding}
            onEdit={setEditing}
          />
        </MessageMenu>
      ) : (
        <NothingHere conversationId={conversationId} conversation={conversation} shown={shown} />
      )}
      <ReplyStatus name={locrit.name} messages={messages} />
      {isOldBranch(rows) && <OldBranchBanner onNewest={showNewest} />}
      <LocritNotices locrit={locrit} />
      <Composer
        draftKey={isNew ? newDraft : conversationId}
        name={locrit.name}
        model={locrit.model}
        suggestion={suggestion}
        disabled={!talks(locrit)}
        meter={usage && <ContextMeter usage={usage} />}
        onSend={say}
        onStop={stop}
        onEditLast={() => setEditing(lastQuestion(rows)?.message_id ?? null)}
      />
    </div>
  );
}

/** Where a search led here, its words, unless others are looked for. */
function useWordsInSight(finding: boolean, targetId?: string): void {
  const { state } = useLocation();
  useFoundInSight(finding ? '' : (state?.found ?? ''), targetId);
}

/** What keeps a Locrit from answering. */
function LocritNotices({ locrit }: { locrit: Locrit }) {
  return (
    <>
      <ModelNotice locrit={locrit} />
      {talks(locrit) ? null : <InactiveNotice locrit={locrit} />}
    </>
  );
}

function useFinding() {
  const [finding, setFinding] = useState(false);
  const openFinding = useEventCallback(() => setFinding(true));
  useFindKey(openFinding);
  useAskedToFind(openFinding);
  return { finding, openFinding, closeFinding: () => setFinding(false) };
}

/** Stops the running reply; undefined away from the server, where nothing can be stopped and what is written waits. */
function useStop(messages: MessageRow[]): (() => void) | undefined {
  const client = useClient();
  const online = useConnection().state === 'online';
  const reply = running(messages);
  if (!online || !reply) return undefined;
  return () => reply.generation_id && void client.actions.stopReply(reply.generation_id);
}

/** Back from the message that was looked for to the end of the conversation. */
function useNewest(conversationId: string) {
  const client = useClient();
  const [, setSearch] = useSearchParams();
  return () => {
    setSearch(
      (now) => {
        now.delete('message');
        return now;
      },
      { replace: true },
    );
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

/**
 * The draft's key of a conversation that has not begun. Earlier versions kept it under the Locrit's name, which may change:
 * what stands there is drawn first, and moves when the key does.
 */
function useNewDraft({ id, name }: Locrit): string {
  const client = useClient();
  const [key, setKey] = useState(() => (client.draft(`new:${name}`) ? `new:${name}` : `new:${id}`));
  useEffect(() => setKey(`new:${id}`), [id]);
  return key;
}

/** Begins the conversation with these words; false when it has begun. The page stays, its address follows. */
function useBegin(locrit: Locrit, conversationId: string, isNew: boolean) {
  const client = useClient();
  const wayOn = useWayOn();
  const hasBegun = useRef(false);
  return async (text: string, files: FilePart[]) => {
    if (!isNew || hasBegun.current) return false;
    const goOn = wayOn();
    await client.actions.begin(conversationId, locrit.name, text, files);
    hasBegun.current = true;
    goOn(paths.chat(locrit.name, conversationId), { replace: true });
    return true;
  };
}

/**
 * Says it at the end of what is shown, and shows the end of the conversation, unless that begins with it. `own` is what was
 * not seen there yet.
 */
function useSay(
  conversationId: string,
  begin: ReturnType<typeof useBegin>,
  rows: Row[],
  isElsewhere: boolean,
  goToNewest: () => void,
) {
  const client = useClient();
  const [said, setSaid] = useState<string>();
  const say = async (text: string, files: FilePart[]) => {
    if (await begin(text, files)) return;
    const last = isOldBranch(rows) ? rows.at(-1)?.message.message_id : undefined;
    setSaid(await client.actions.send(conversationId, text, last ? { parent_id: last } : {}, files));
    if (!last && isElsewhere) goToNewest();
  };
  return { say, own: { said, onSeen: useEventCallback(() => setSaid(undefined)) } };
}

function useSaveEdit(done: () => void) {
  const client = useClient();
  const isKept = useKept();
  const save = async (message: MessageRow, text: string, ask: boolean) => {
    if (!message.rev) return client.actions.editMessage(message.message_id, text);
    const changed = text !== message.content;
    if (ask && changed) return client.actions.sendInstead(message.conversation_id, message.message_id, text);
    if (changed) return client.actions.editMessage(message.message_id, text);
    if (ask) await client.actions.retry(message.message_id);
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
