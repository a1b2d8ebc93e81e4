import { v7 as uuid } from 'uuid';
import type { ModelPull } from '../../core';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { Refusal } from '../locrits/Refusal';
import { useSubmit } from '../locrits/use-submit';
import { inWords } from '../text/failures';
import { useFormat } from '../text/format-date';
import { libraryText } from '../text/library';
import { useText, useTextOf } from '../text/text';
import { Progress } from './Install';
import { useInstall } from './use-models';

/** A model that is being installed, or could not be: how far it is, why it stands still, and what one can do. */
export function PullItem({ pull }: { pull: ModelPull }) {
  const t = useText();
  const library = useTextOf(libraryText);
  const client = useClient();
  const install = useInstall();
  const { failure, busy, submit } = useSubmit();
  const { model, host, status } = pull;
  const isOver = status === 'failed' || status === 'done';

  async function cancel() {
    await client.api.delete('/api/v2/models/pull', { params: { query: { model, host, op_id: uuid() } } });
    await client.models.refresh();
  }

  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 text-sm">
      <span className="min-w-32 flex-1 font-[550] [overflow-wrap:anywhere]">{model}</span>
      <div className="flex gap-2">
        {(status === 'failed' || status === 'waiting') && (
          <Button small disabled={busy} onClick={() => submit(() => install(model, host))}>
            {status === 'failed' ? t.models.again : library.tryNow}
          </Button>
        )}
        {status !== 'done' && (
          <Button
            small
            variant="ghost"
            disabled={busy}
            aria-label={isOver ? library.dismiss(model) : library.cancel(model)}
            onClick={() => submit(cancel, 'cancel')}
          >
            {isOver ? library.dismissShort : library.cancelShort}
          </Button>
        )}
      </div>
      <div className="w-full">
        <How pull={pull} />
        {failure && <Refusal failure={failure} />}
      </div>
    </li>
  );
}

function How({ pull }: { pull: ModelPull }) {
  const t = useText();
  const library = useTextOf(libraryText);
  const format = useFormat();
  const { status, error, next_try_at } = pull;
  const why = error && inWords(error, t.failures);
  if (status === 'done') return <p className="text-ink-2">{library.isThere}</p>;
  return (
    <>
      {status !== 'failed' && <Progress pull={pull} />}
      {why && (
        <p role="alert" className="mt-1 text-pretty [overflow-wrap:anywhere]">
          <span className={status === 'failed' ? 'text-bad' : 'text-ink-2'}>{why.message}</span>{' '}
          <span className="text-ink-3">
            {status === 'waiting' && next_try_at ? library.waits(format.time(next_try_at)) : why.hint}
          </span>
        </p>
      )}
    </>
  );
}
