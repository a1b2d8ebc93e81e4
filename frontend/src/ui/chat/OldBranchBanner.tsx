import { Button } from '../kit/Button';
import { useText } from '../text/text';

/** What is shown is not the newest branch; what is written goes on from it. */
export function OldBranchBanner({ onNewest }: { onNewest: () => void }) {
  const t = useText().archive;
  return (
    <div className="column shrink-0 pb-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-s bg-paper-2 py-1.5 pr-2 pl-4 text-ink-2 text-sm">
        <p className="min-w-60 flex-1 text-pretty">{t.oldBranch}</p>
        <Button small onClick={onNewest}>
          {t.toNewest}
        </Button>
      </div>
    </div>
  );
}
