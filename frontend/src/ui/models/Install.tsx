import { useContext } from 'react';
import type { Failure, ModelPull } from '../../core';
import { useConnection } from '../app-context';
import { formatBytes } from '../archive/bytes';
import { Button } from '../kit/Button';
import { useSubmit } from '../locrits/use-submit';
import { inWords } from '../text/failures';
import { useText } from '../text/text';
import { HostContext } from './use-host';
import { isRunning, useInstall, useModels } from './use-models';

/** Has the server install a model, says how far that is, and why it could not be done. */
export default function Install({ model }: { model: string }) {
  const t = useText().models;
  const { state } = useConnection();
  const { pulls, state: provider } = useModels();
  const host = useContext(HostContext);
  const install = useInstall();
  const { failure, busy, submit } = useSubmit();
  const pull = pulls.find((each) => each.model === model);
  const error = failure ?? pull?.error;
  if (pull && isRunning(pull)) return <Progress pull={pull} />;
  if (provider?.provider !== 'ollama') return <span className="text-ink-3">{t.needsOllama}</span>;
  return (
    <>
      {error && <Failed model={model} failure={error} />}
      <Button small disabled={busy || state !== 'online'} onClick={() => submit(() => install(model, host))}>
        {error ? t.again : t.install(model)}
      </Button>
    </>
  );
}

export function Progress({ pull: { model, completed, total } }: { pull: ModelPull }) {
  const { models: t, language } = useText();
  const percent = total && Math.floor((completed / total) * 100);
  const words = total ? t.progress(formatBytes(completed, language), formatBytes(total, language), percent) : t.begins;
  return (
    <span className="flex min-w-48 flex-1 flex-wrap items-center gap-x-3 gap-y-1 text-ink-2">
      <progress
        aria-label={t.installing(model)}
        max={total || 1}
        value={total ? completed : undefined}
        className="h-1.5 min-w-24 flex-1 appearance-none overflow-hidden rounded-full bg-line-strong [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line-strong [&::-webkit-progress-value]:bg-accent"
      />
      <span className="tabular-nums">{words}</span>
    </span>
  );
}

function Failed({ model, failure }: { model: string; failure: Failure }) {
  const t = useText();
  return (
    <span role="alert" className="min-w-48 flex-1 text-bad [overflow-wrap:anywhere]">
      {t.models.installFailed(model)}: {inWords(failure, t.failures).message}
    </span>
  );
}
