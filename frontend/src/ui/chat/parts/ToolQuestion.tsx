import { useId, useState } from 'react';
import { ApiError, type Failure, type ToolAnswer, type ToolResult } from '../../../core';
import { useClient } from '../../app-context';
import { Button } from '../../kit/Button';
import { inWords } from '../../text/failures';
import { useText } from '../../text/text';
import { toolName, Value } from './ToolValue';

/** A tool that changes something waits for a person: in every tab, however long, until one of them answers. */
export function ToolQuestion({ result }: { result: ToolResult }) {
  const t = useText();
  const client = useClient();
  const title = useId();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  async function say(answer: ToolAnswer) {
    setBusy(true);
    setFailure(undefined);
    try {
      await client.tools.answer(result, answer);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error.failure);
    } finally {
      setBusy(false);
    }
  }
  const told = failure && inWords(failure, t.failures);
  return (
    <section aria-labelledby={title} className="mt-2 rounded-l border border-line-strong bg-raised p-4 shadow-low">
      <p id={title} role="status" className="font-[550] text-sm [overflow-wrap:anywhere]">
        {t.tools.asks(toolName(result, t))}
      </p>
      <div className="mt-2">
        <Value label={t.tools.arguments} value={result.arguments} />
      </div>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button small variant="primary" disabled={busy} onClick={() => say('once')}>
          {t.tools.once}
        </Button>
        <Button small disabled={busy} onClick={() => say('always')}>
          {t.tools.always}
        </Button>
        <Button small variant="ghost" disabled={busy} onClick={() => say('refuse')}>
          {t.tools.refuse}
        </Button>
      </div>
      {told && (
        <p role="alert" className="mt-2 text-bad text-sm">
          {told.message} {told.hint}
        </p>
      )}
    </section>
  );
}
