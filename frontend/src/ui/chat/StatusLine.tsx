import { Suspense, useCallback, useState } from 'react';
import { type Connection, STORAGE_FULL } from '../../core';
import { useClient, useConnection } from '../app-context';
import { cx } from '../kit/cx';
import { later, UnfetchedDialog } from '../kit/later';
import { inWords } from '../text/failures';
import { useFormat } from '../text/format-date';
import { type AllText, useText } from '../text/text';

const Decisions = later(() => import('./Decisions'), UnfetchedDialog);

type Tone = 'good' | 'busy' | 'warn' | 'bad';

/** `asks`: there is something to decide. */
function wording(connection: Connection, t: AllText, time: (ms: number) => string): [Tone, string, asks?: boolean] {
  const { state, isCutOff, pending, waiting, rejected, problem, lastSavedAt } = connection;
  const failed = problem && inWords(problem, t.failures);
  const trouble = [failed?.message, failed?.hint].filter(Boolean).join(' ');
  if (problem?.code === STORAGE_FULL) return ['bad', trouble];
  if (rejected) return ['bad', t.status.rejected(rejected), true];
  if (state === 'offline') return ['warn', pending ? t.status.offlineWaiting(pending) : t.status.offline];
  if (problem) return [problem.code === 'sync_off' ? 'warn' : 'bad', trouble];
  if (isCutOff) return ['warn', t.typed.cutOff];
  if (pending > waiting) return ['busy', t.status.saving];
  if (state === 'connecting') return ['busy', t.status.connecting];
  if (waiting) return ['good', t.typed.waiting(waiting)];
  return ['good', lastSavedAt ? t.status.saved(time(lastSavedAt)) : t.status.ready];
}

const DOT: Record<Tone, string> = { good: 'bg-good', busy: 'bg-ink-3', warn: 'bg-warn', bad: 'bg-bad' };
const INK: Record<Tone, string> = { good: '', busy: '', warn: 'text-warn', bad: 'text-bad' };

/** The page's save state, once. `wraps`: there is room for a whole sentence, on as many lines as it needs. */
export function StatusLine({ wraps = false }: { wraps?: boolean }) {
  const t = useText();
  const format = useFormat();
  const connection = useConnection();
  const [tone, text, asks] = wording(connection, t, format.time);
  const [deciding, setDeciding] = useState(false);
  const close = useCallback(() => setDeciding(false), []);
  return (
    <output className={cx('flex min-w-0 items-center gap-2', INK[tone])}>
      <span aria-hidden className={cx('size-1.5 shrink-0 rounded-full', DOT[tone])} />
      {asks ? (
        <button type="button" onClick={() => setDeciding(true)} className="touch-target truncate underline">
          {text}
        </button>
      ) : (
        <span className={cx('tabular-nums', !wraps && 'truncate')} title={text}>
          {text}
        </span>
      )}
      {connection.problem?.code === STORAGE_FULL && <GiveUp />}
      {deciding && (
        <Suspense fallback={null}>
          <Decisions onClose={close} />
        </Suspense>
      )}
    </output>
  );
}

/** What could not be kept may be wanted no more. */
function GiveUp() {
  const t = useText();
  const client = useClient();
  return (
    <button type="button" onClick={client.giveUpUnkept} className="touch-target shrink-0 underline">
      {t.model.dismiss}
    </button>
  );
}
