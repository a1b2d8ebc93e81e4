import { CloudOff, Lock } from 'lucide-react';
import { ApiError } from '../../core';
import { Button } from '../kit/Button';
import { ErrorState } from '../kit/states';
import { inWords } from '../text/failures';
import { useText } from '../text/text';

export function MemoryFailed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const t = useText();
  const failure = error instanceof ApiError ? error : null;
  if (failure?.status === 403)
    return <ErrorState icon={<Lock />} title={t.memory.forbidden} text={t.memory.forbiddenHint} />;
  return (
    <ErrorState
      icon={<CloudOff />}
      title={t.memory.failed}
      text={[failure && inWords(failure, t.failures).message, t.memory.failedHint].filter(Boolean).join(' ')}
      action={<Button onClick={onRetry}>{t.retry}</Button>}
    />
  );
}
