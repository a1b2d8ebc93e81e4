import { GitFork } from 'lucide-react';
import { useText } from '../text/text';

/** Before the title of a fork, which is its parent's. */
export function ForkMark({ forkedFrom }: { forkedFrom?: string | null }) {
  const t = useText().archive;
  if (!forkedFrom) return null;
  return (
    <GitFork role="img" aria-label={t.forkOf} className="mr-1 inline size-3.5 shrink-0 align-[-2px] text-ink-3">
      <title>{t.forkOf}</title>
    </GitFork>
  );
}
