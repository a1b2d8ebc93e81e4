import type { Failure } from '../../core';

/** Why the server did not take it. */
export function Refusal({ failure }: { failure: Failure | null }) {
  if (!failure) return null;
  return (
    <p role="alert" className="mb-4 rounded-s border-bad border-l-2 bg-bad-soft px-4 py-3 text-sm">
      {failure.message} {failure.hint && <span className="text-ink-2">{failure.hint}</span>}
    </p>
  );
}
