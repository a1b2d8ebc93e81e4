import { CircleAlert } from 'lucide-react';
import { Link, useLocation } from 'react-router';
import type { JobProgress } from '../../core';
import { useClient, useSignal } from '../app-context';
import { formatBytes } from '../archive/bytes';
import { paths } from '../paths';
import { useFormat } from '../text/format-date';
import { useText } from '../text/text';

/** What takes long on the server, above every page while it does: how far it is, and what of it has to wait. */
export default function JobsBar() {
  const t = useText().jobs;
  const { pathname } = useLocation();
  const jobs = useSignal(useClient().jobs).filter(({ kind }) => kind !== 'pull' || pathname !== paths.models);
  if (jobs.length === 0) return null;
  return (
    <section aria-label={t.label} className="shrink-0 border-line border-b bg-paper-2 px-4 text-ink-2 text-sm">
      {jobs.map((job) =>
        job.status === 'failing' ? <Waiting key={job.op_id} job={job} /> : <Running key={job.op_id} job={job} />,
      )}
    </section>
  );
}

/** What is done; where to look after a model that is pulled. */
function Kind({ job: { kind, entity_id } }: { job: JobProgress }) {
  const { jobs, models } = useText();
  if (kind !== 'pull') return jobs.kinds[kind];
  return (
    <Link to={paths.models} className="touch-target underline decoration-line-strong underline-offset-4 hover:text-ink">
      {models.installing(entity_id)}
    </Link>
  );
}

function useProgress({ kind, done, total }: JobProgress): string {
  const { jobs, models, language } = useText();
  if (kind !== 'pull') return jobs.progress(done, total);
  return total ? jobs.of(formatBytes(done, language), formatBytes(total, language)) : models.begins;
}

function Running({ job }: { job: JobProgress }) {
  const { done, total } = job;
  const { jobs: t, models } = useText();
  const progress = useProgress(job);
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <span role="status">
        <Kind job={job} />
      </span>
      <span className="tabular-nums">{progress}</span>
      <progress
        aria-label={job.kind === 'pull' ? models.installing(job.entity_id) : t.kinds[job.kind]}
        max={total || 1}
        value={done}
        className="h-1.5 min-w-24 max-w-64 flex-1 appearance-none overflow-hidden rounded-full bg-line-strong [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line-strong [&::-webkit-progress-value]:bg-accent"
      />
    </p>
  );
}

function Waiting({ job }: { job: JobProgress }) {
  const { error, next_try_at } = job;
  const t = useText().jobs;
  const progress = useProgress(job);
  const format = useFormat();
  return (
    <p role="status" className="flex items-start gap-2 py-1.5 [overflow-wrap:anywhere]">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <span>
        <Kind job={job} /> {progress}. {job.kind !== 'pull' && t.waits} <span lang="en">{error}</span>{' '}
        {next_try_at && t.again(format.time(next_try_at))}
      </span>
    </p>
  );
}
