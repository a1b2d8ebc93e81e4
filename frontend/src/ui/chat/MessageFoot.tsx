import { ChevronLeft, ChevronRight, Pencil, RotateCcw } from 'lucide-react';
import { useMemo } from 'react';
import type { MessageRow } from '../../core';
import { useClient, useSignal } from '../app-context';
import { IconButton } from '../kit/Button';
import { cx } from '../kit/cx';
import { useFormat } from '../text/format-date';
import { type AllText, useText } from '../text/text';
import { CopyButton } from './CopyButton';
import type { Row } from './conversation-tree';
import { MessageMenuButton } from './MessageMenu';
import { SaveIcon } from './SaveIcon';
import { Unsent } from './Unsent';

const QUIET =
  'flex min-w-0 items-center pointer-fine:opacity-0 transition-opacity duration-100 group-hover/message:opacity-100 group-focus-within/message:opacity-100 group-focus/message:opacity-100 has-[[aria-expanded=true]]:opacity-100';

interface Props {
  row: Row;
  onVersion: (messageId: string) => void;
  onEdit: () => void;
}

/** Under each message: how safe it is, always; when and what can be done with it, on hover or focus. */
export function MessageFoot({ row, onVersion, onEdit }: Props) {
  const { message } = row;
  const mine = message.role === 'user';
  const versions = row.versions.length > 1 && <Versions row={row} onVersion={onVersion} />;
  const actions = (
    <div className={QUIET}>
      <Actions row={row} onEdit={onEdit} />
      <Meta message={message} />
    </div>
  );
  return (
    <div
      className={cx(
        'flex h-8 items-center gap-2 pointer-coarse:h-10 pointer-coarse:gap-1 text-ink-3 text-xs',
        mine ? 'justify-end' : 'sm:pl-[46px]',
      )}
    >
      {message.deleted_at ? (
        versions
      ) : mine ? (
        <>
          {message.unsent ? <Unsent message={message} onEdit={onEdit} /> : actions}
          {versions}
          <SaveIcon state={message.state} />
        </>
      ) : (
        <>
          <SaveIcon state={message.state} />
          {message.state === 'streaming' && <LiveSpeed messageId={message.message_id} />}
          {versions}
          {actions}
        </>
      )}
    </div>
  );
}

/** While it is being written. */
function LiveSpeed({ messageId }: { messageId: string }) {
  const t = useText();
  const client = useClient();
  const live = useSignal(useMemo(() => client.liveText(messageId), [client, messageId]));
  if (!live?.tokensPerSecond) return null;
  return <span className="tabular-nums">{t.chat.speed(live.tokensPerSecond)}</span>;
}

function Meta({ message }: { message: MessageRow }) {
  const t = useText();
  const format = useFormat();
  const when = [format.time(message.created_at), message.metadata.edited && t.chat.edited];
  const how = message.role === 'assistant' ? [message.model, ...figuresOf(message, t)] : [];
  const joined = (parts: unknown[]) => parts.filter(Boolean).join(' · ');
  return (
    <span className="min-w-0 truncate px-1.5 tabular-nums" title={joined([format.full(message.created_at), ...how])}>
      {joined(when)}
      {joined(how) && <span className="hidden sm:inline"> · {joined(how)}</span>}
    </span>
  );
}

/** What the model took for a reply, and why it ended. What is cut at the end of the line stands in its tooltip. */
function figuresOf({ usage, status, error }: MessageRow, { calls, chat }: AllText) {
  if (!usage) return [];
  const { tokens_per_second, first_token_ms, total_ms, prompt_tokens, completion_tokens } = usage;
  return [
    tokens_per_second > 0 && chat.speed(tokens_per_second),
    completion_tokens > 0 && calls.tokens(completion_tokens),
    first_token_ms > 0 && calls.first(first_token_ms / 1000),
    total_ms > 0 && calls.total(total_ms / 1000),
    prompt_tokens > 0 && calls.read(prompt_tokens),
    status === 'complete' ? calls.ended('stop') : error?.code === 'length' && calls.ended('length'),
  ];
}

function Actions({ row: { message, answers }, onEdit }: { row: Row; onEdit: () => void }) {
  const t = useText();
  const client = useClient();
  const done = message.state !== 'streaming';
  const settled = done && message.rev > 0 && message.state !== 'rejected'; // else that is decided first
  const mine = message.role === 'user';

  return (
    <>
      {message.content && <CopyButton text={message.content} />}
      {mine && settled && (
        <IconButton small label={t.chat.edit} onClick={onEdit}>
          <Pencil />
        </IconButton>
      )}
      {!mine && settled && answers && !message.asked && (
        <IconButton small label={t.chat.retry} onClick={() => client.actions.retry(message.message_id)}>
          <RotateCcw />
        </IconButton>
      )}
      {settled && <MessageMenuButton message={message} answers={answers && !message.asked} />}
    </>
  );
}

function Versions({ row, onVersion }: Omit<Props, 'onEdit'>) {
  const t = useText();
  const at = row.versions.indexOf(row.message);
  const go = (step: number) => {
    const version = row.versions[at + step];
    if (version) onVersion(version.message_id);
  };
  return (
    <span data-in-place className="flex items-center tabular-nums">
      <IconButton small label={t.chat.previous} disabled={at === 0} onClick={() => go(-1)}>
        <ChevronLeft />
      </IconButton>
      <span aria-hidden>
        {at + 1}/{row.versions.length}
      </span>
      <span className="sr-only">{t.chat.version(at + 1, row.versions.length)}</span>
      <IconButton small label={t.chat.next} disabled={at === row.versions.length - 1} onClick={() => go(1)}>
        <ChevronRight />
      </IconButton>
    </span>
  );
}
