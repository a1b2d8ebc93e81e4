import { CloudOff, Lock } from 'lucide-react';
import { ApiError, STORAGE_FULL } from '../../core';
import { Button } from '../kit/Button';
import { NotKept } from '../kit/NotKept';
import { ErrorState } from '../kit/states';
import { inWords } from '../text/failures';
import { memoryText } from '../text/memory';
import { useText, useTextOf } from '../text/text';

export function MemoryFailed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const t = useText();
  const memory = useTextOf(memoryText);
  const failure = error instanceof ApiError ? error : null;
  if (failure?.code === STORAGE_FULL) return <NotKept />;
  if (failure?.status === 403)
    return <ErrorState icon={<Lock />} title={memory.forbidden} text={memory.forbiddenHint} />;
  return (
    <ErrorState
      icon={<CloudOff />}
      title={memory.failed}
      text={[failure && inWords(failure, t.failures).message, memory.failedHint].filter(Boolean).join(' ')}
      action={<Button onClick={onRetry}>{t.retry}</Button>}
    />
  );
}
