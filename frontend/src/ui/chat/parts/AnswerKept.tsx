import type { ToolRow } from '../../../core';
import { useClient } from '../../app-context';
import { Button } from '../../kit/Button';
import { inWords } from '../../text/failures';
import { useText } from '../../text/text';

/** An answer that the server does not have yet, or does not take: what was answered elsewhere counts. */
export function AnswerKept({ answer, state, opId, problem }: NonNullable<ToolRow['answering']>) {
  const t = useText();
  const client = useClient();
  const isRefused = state === 'rejected';
  const told = problem && inWords(problem, t.failures);
  if (state === 'sending') return null;
  return (
    <div
      role={isRefused ? 'alert' : 'status'}
      className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-2 text-sm"
    >
      <p className={isRefused ? 'text-bad' : undefined}>
        {isRefused ? t.tools.notTaken(t.tools[answer]) : t.tools.kept(t.tools[answer])}
        {isRefused && ` ${told?.message ?? ''} ${told?.hint ?? ''}`}
      </p>
      {isRefused && (
        <Button small variant="ghost" onClick={() => client.resolve(opId, 'discard')}>
          {t.tools.understood}
        </Button>
      )}
    </div>
  );
}
