import type { Failure } from '../../core';
import { inWords } from '../text/failures';
import { useText } from '../text/text';

/** Why the server did not take it. */
export function Refusal({ failure }: { failure: Failure | null | undefined }) {
  const t = useText();
  if (!failure) return null;
  const { message, hint } = inWords(failure, t.failures);
  return (
    <p role="alert" className="mb-4 rounded-s border-bad border-l-2 bg-bad-soft px-4 py-3 text-sm">
      {message} {hint && <span className="text-ink-2">{hint}</span>}
    </p>
  );
}
