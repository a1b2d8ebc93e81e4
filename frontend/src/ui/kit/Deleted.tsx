import type { ReactNode } from 'react';
import { useText } from '../text/text';
import { EmptyState } from './states';

/** In the place of what was open, with the way to what is left. */
export function Deleted({ action }: { action?: ReactNode }) {
  const { gone: t } = useText();
  return <EmptyState className="late" title={t.deleted} text={t.deletedHint} action={action} />;
}

/** Above the list in which it was open. */
export function DeletedNote() {
  const { gone: t } = useText();
  return (
    <div role="status" className="late mb-3 border-warn border-l-2 py-1 pl-3 text-sm">
      <p>{`${t.deleted}. ${t.deletedHint}`}</p>
    </div>
  );
}
