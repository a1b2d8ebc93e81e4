import { Suspense } from 'react';
import type { MessageRow } from '../../core';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { cx } from '../kit/cx';
import { later } from '../kit/later';
import { InstallLater } from '../models/InstallLater';
import { useModels } from '../models/use-models';
import { inWords } from '../text/failures';
import type { AllText } from '../text/text';
import { useText } from '../text/text';
import { useMessageMenu } from './MessageMenu';

const Conflict = later(() => import('./Conflict'));

function reasonOf(message: MessageRow, t: AllText): { text: string; hint?: string } | null {
  if (message.asked && message.state !== 'rejected') return { text: t.typed[message.asked.to] };
  const said = message.problem ?? message.error;
  const failure = said && said.code !== 'interrupted' ? inWords(said, t.failures) : undefined;
  if (message.state === 'rejected') return { text: t.chat.rejectedReason, hint: failure?.message };
  if (message.state === 'stopped') return { text: t.chat.stoppedReason };
  if (!failure && message.state === 'interrupted') return { text: t.chat.interruptedReason };
  if (message.state === 'interrupted' || message.state === 'failed') {
    return { text: failure?.message || t.chat.failedFallback, hint: failure?.hint };
  }
  return null;
}

interface Props {
  message: MessageRow;
  /** A reply to a question that is there, and can be answered again. */
  answers?: boolean;
  /** For what was refused before the server had any of it. */
  onEdit?: () => void;
}

/** Why a message is not what was asked for, and what to do about it. */
export function Reason({ message, answers, onEdit }: Props) {
  const t = useText();
  const reason = reasonOf(message, t);
  const current = message.state === 'rejected' && message.problem?.details?.current;
  if (current)
    return (
      <Suspense fallback={null}>
        <Conflict message={message} current={current} />
      </Suspense>
    );
  if (!reason) return null;
  const rejected = message.state === 'rejected';
  const asked = rejected ? undefined : message.asked;
  const bad = rejected || message.state === 'failed';
  return (
    <div
      className={cx(
        asked && 'late',
        'mt-2 flex flex-wrap items-center gap-x-4 gap-y-2 border-l-2 py-1.5 pl-3 text-sm',
        bad ? 'border-bad' : message.state === 'interrupted' ? 'border-warn' : 'border-line-strong',
      )}
    >
      <p className="min-w-40 flex-1 text-pretty text-ink-2 [overflow-wrap:anywhere]">
        {reason.text} {reason.hint && <span className="text-ink-3">{reason.hint}</span>}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        {rejected && <Decide opId={message.opId} onEdit={onEdit} />}
        {asked && <TakeBack opId={asked.opId} />}
        {!rejected && !asked && answers && <Again message={message} />}
      </div>
    </div>
  );
}

function Decide({ opId, onEdit }: { opId?: string; onEdit?: () => void }) {
  const t = useText();
  const client = useClient();
  if (!opId) return null;
  return (
    <>
      <Button small variant="ghost" onClick={() => client.resolve(opId, 'discard')}>
        {t.chat.discard}
      </Button>
      {onEdit && (
        <Button small onClick={onEdit}>
          {t.chat.edit}
        </Button>
      )}
      <Button small onClick={() => client.resolve(opId, 'retry')}>
        {t.retry}
      </Button>
    </>
  );
}

function TakeBack({ opId }: { opId?: string }) {
  const t = useText();
  const client = useClient();
  if (!opId) return null;
  return (
    <Button small variant="ghost" onClick={() => client.resolve(opId, 'discard')}>
      {t.typed.takeBack}
    </Button>
  );
}

/** What had begun can go on in its place; anything can be tried again, beside it. */
function Again({ message }: { message: MessageRow }) {
  const t = useText();
  const client = useClient();
  const { open } = useMessageMenu();
  const { message_id, content, parts, error, model } = message;
  const hasBegun = content.trim() !== '' || parts?.some(({ type }) => type === 'tool_call');
  const cut = hasBegun && error?.code !== 'only_thought';
  return (
    <>
      {error?.code === 'model_missing' && model && <InstallMissing model={model} />}
      {error?.code.startsWith('model_') && (
        <Button
          small
          variant="ghost"
          onClick={({ currentTarget: button }) => open({ message, answers: true, button, step: 'models' })}
        >
          {t.models.other}
        </Button>
      )}
      <Button small variant={cut ? 'ghost' : 'plain'} onClick={() => client.actions.retry(message_id)}>
        {t.chat.retry}
      </Button>
      {cut && (
        <Button small onClick={() => client.actions.continueReply(message_id)}>
          {t.archive.continue}
        </Button>
      )}
    </>
  );
}

/** Nothing once it is there. */
function InstallMissing({ model }: { model: string }) {
  const { models, find } = useModels();
  return models && !find(model) ? <InstallLater model={model} /> : null;
}
