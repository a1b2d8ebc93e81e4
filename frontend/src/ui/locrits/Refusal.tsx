import type { Failure } from '../../core';
import { useWords } from '../text/text';

/** Why the server did not take it. */
export function Refusal({ failure }: { failure: Failure | null }) {
  const inWords = useWords();
  if (!failure) return null;
  const { message, hint } = inWords(failure);
  return (
    <p role="alert" className="mb-4 rounded-s border-bad border-l-2 bg-bad-soft px-4 py-3 text-sm">
      {message} {hint && <span className="text-ink-2">{hint}</span>}
    </p>
  );
}
