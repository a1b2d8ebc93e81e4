import { memo, Suspense, useMemo, useRef } from 'react';
import { type Locrit, type MessageRow, partsOf } from '../../core';
import { useClient, useSignal } from '../app-context';
import { useArtifactsOf } from '../artifacts/use-artifacts';
import { Avatar } from '../kit/Avatar';
import { cx } from '../kit/cx';
import { later } from '../kit/later';
import { CutFiles } from './attachments/CutFiles';
import { FileCards } from './attachments/FileCards';
import type { Row } from './conversation-tree';
import { EditBox } from './EditBox';
import { Gone } from './Gone';
import { talks } from './InactiveNotice';
import { MessageFoot } from './MessageFoot';
import { hasLongWord } from './markdown/long-words';
import { Parts } from './parts/Parts';
import { Reason } from './Reason';
import { StillWriting } from './StillWriting';
import { StreamingContext } from './streaming';
import { ToolsRefused } from './ToolsRefused';
import { useUnsavedLine } from './unsaved';
import { useAsker } from './VisitorMark';

const ArtifactCards = later(() => import('../artifacts/ArtifactCards'));
const RecalledThings = later(() => import('./RecalledThings'));

interface Props {
  row: Row;
  locrit: Locrit;
  /** Who talks with it, where that is not its person. */
  visitor?: string;
  /** The one that is edited right now, if it is this one. */
  editing: boolean;
  /** Where a search or a link led. */
  isTarget: boolean;
  onEdit: (messageId: string | null) => void;
  onSaveEdit: (message: MessageRow, text: string, ask: boolean) => void;
  onVersion: (turn: string, messageId: string) => void;
}

/** Every change of a conversation brings all its rows anew; drawn again are those that say something else. */
function saysTheSame(...both: [Props, Props]): boolean {
  const [before, after] = both.map(({ row: { turn, message, versions, answers }, ...rest }) => {
    const ids = versions.map((version) => version.message_id);
    return [JSON.stringify([turn, message, ids, answers]), ...Object.values(rest)];
  });
  return before?.every((value, at) => value === after?.[at]) ?? false;
}

/** One place of the conversation. Its actions hold their space, so that showing them moves nothing. */
export const Message = memo(function Message(props: Props) {
  const { locrit, isTarget, onEdit, onSaveEdit, onVersion } = props;
  const canAsk = talks(locrit);
  const row = { ...props.row, answers: props.row.answers && canAsk };
  const { message } = row;
  const editing = props.editing && !message.deleted_at;
  const mine = message.role === 'user';
  return (
    <article
      tabIndex={-1}
      data-message-id={message.message_id}
      className={cx('group/message column outline-none', mine ? 'pt-4' : 'pt-2')}
      aria-label={mine ? undefined : locrit.name}
    >
      {message.deleted_at ? (
        <Gone message={message} />
      ) : mine && editing ? (
        <div className="flex flex-col items-end">
          <FileCards files={filesOf(message)} />
          <EditBox
            message={message}
            canAsk={canAsk}
            onCancel={() => onEdit(null)}
            onSave={(text, ask) => onSaveEdit(message, text, ask)}
          />
        </div>
      ) : mine ? (
        <Question
          message={message}
          visitor={props.visitor}
          isTarget={isTarget}
          onEdit={() => onEdit(message.message_id)}
        />
      ) : (
        <Reply row={row} locrit={locrit} isTarget={isTarget} />
      )}
      {!editing && (
        <MessageFoot row={row} onVersion={(id) => onVersion(row.turn, id)} onEdit={() => onEdit(message.message_id)} />
      )}
    </article>
  );
}, saysTheSame);

const filesOf = (message: MessageRow) => partsOf(message).filter((part) => part.type === 'file');

interface QuestionProps {
  message: MessageRow;
  visitor?: string;
  isTarget: boolean;
  onEdit: () => void;
}

function Question({ message, visitor, isTarget, onEdit }: QuestionProps) {
  const asker = useAsker()(visitor);
  const both = Boolean(message.problem?.details?.current);
  const files = filesOf(message);
  return (
    <div className="flex flex-col items-end">
      <span className="sr-only">{asker}</span>
      <FileCards files={files} isTarget={isTarget && !message.content} />
      <div
        hidden={both || (!message.content && files.length > 0)}
        dir="auto"
        className={cx(
          'message-text each-way max-w-[min(85%,580px)] whitespace-pre-wrap rounded-l bg-accent-soft px-4 py-2.5 leading-[1.6] [overflow-wrap:anywhere]',
          message.state === 'rejected' && 'bg-bad-soft ring-1 ring-bad-line',
          (message.state === 'queued' || message.state === 'sending') && 'text-ink-2',
          isTarget && 'outline-2 outline-accent outline-offset-2',
          hasLongWord(message.content) && 'unkerned',
        )}
      >
        {message.content}
      </div>
      <Reason message={message} onEdit={message.rev ? undefined : onEdit} />
    </div>
  );
}

function Reply({ row, locrit, isTarget }: { row: Row; locrit: Locrit; isTarget: boolean }) {
  const { message, answers } = row;
  const client = useClient();
  const live = useSignal(useMemo(() => client.liveText(message.message_id), [client, message.message_id]));
  const streaming = message.state === 'streaming';
  const body = (streaming && live) || message;
  const parts = partsOf(body);
  const said = useRef<HTMLDivElement>(null);
  useUnsavedLine(said, (streaming && live?.unsaved) || 0);
  return (
    <div className="flex gap-4">
      <div className="-ml-0.5 hidden pt-px sm:block">
        <Avatar locrit={locrit} size="m" />
      </div>
      <div
        className={cx(
          'min-w-0 max-w-[72ch] flex-1 pt-1',
          isTarget && 'rounded-s bg-accent-soft shadow-[0_0_0_8px_var(--accent-soft)]',
        )}
      >
        {message.context?.recalled && (
          <Suspense fallback={<div className="mb-2 h-6" />}>
            <RecalledThings message={message} locrit={locrit} />
          </Suspense>
        )}
        <div ref={said}>
          <StreamingContext value={streaming}>
            <Parts messageId={message.message_id} parts={parts} streaming={streaming} />
          </StreamingContext>
        </div>
        {streaming && <StillWriting name={locrit.name} isSilent={parts.length === 0} reading={live?.reading} />}
        {!streaming && <Made messageId={message.message_id} />}
        <CutFiles context={message.context} />
        <ToolsRefused context={message.context} />
        <Reason message={message} answers={answers} />
      </div>
    </div>
  );
}

function Made({ messageId }: { messageId: string }) {
  const made = useArtifactsOf(messageId);
  if (made.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <ArtifactCards made={made} />
    </Suspense>
  );
}
