import { CircleAlert } from 'lucide-react';
import type { JobProgress } from '../../core';
import { useClient, useSignal } from '../app-context';
import { useFormat } from '../text/format-date';
import { useText } from '../text/text';

/** What takes long on the server, above every page while it does: how far it is, and what of it has to wait. */
export function JobsBar() {
  const t = useText().jobs;
  const jobs = useSignal(useClient().jobs);
  if (jobs.length === 0) return null;
  return (
    <section aria-label={t.label} className="shrink-0 border-line border-b bg-paper-2 px-4 text-ink-2 text-sm">
      {jobs.map((job) =>
        job.status === 'failing' ? <Waiting key={job.op_id} job={job} /> : <Running key={job.op_id} job={job} />,
      )}
    </section>
  );
}

function Running({ job: { kind, done, total } }: { job: JobProgress }) {
  const t = useText().jobs;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <span role="status">{t.kinds[kind]}</span>
      <span className="tabular-nums">{t.progress(done, total)}</span>
      <progress
        aria-label={t.kinds[kind]}
        max={total || 1}
        value={done}
        className="h-1.5 min-w-24 max-w-64 flex-1 appearance-none overflow-hidden rounded-full bg-line-strong [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line-strong [&::-webkit-progress-value]:bg-accent"
      />
    </p>
  );
}

function Waiting({ job: { kind, done, total, error, next_try_at } }: { job: JobProgress }) {
  const t = useText().jobs;
  const format = useFormat();
  return (
    <p role="status" className="flex items-start gap-2 py-1.5 [overflow-wrap:anywhere]">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <span>
        {t.kinds[kind]} {t.progress(done, total)}. {t.waits} <span lang="en">{error}</span>{' '}
        {next_try_at && t.again(format.time(next_try_at))}
      </span>
    </p>
  );
}
