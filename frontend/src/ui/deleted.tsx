import { type ReactNode, useState } from 'react';
import { ApiError } from '../core';
import { EmptyState } from './kit/states';
import { useText } from './text/text';

/** The server knows it no more, or never did. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 410);
}

/** Whether what is not there was there before: then there is no need to ask for it. `isThere` is undefined until it is known. */
export function useWasThere(id: string, isThere: boolean | undefined): boolean {
  const [seen, setSeen] = useState<string>();
  if (isThere && seen !== id) setSeen(id);
  return isThere === false && seen === id;
}

/** In the place of what was open, with the way to what is left. */
export function Deleted({ whole, action }: { whole?: boolean; action?: ReactNode }) {
  const { gone: t } = useText();
  return <EmptyState className="late" whole={whole} title={t.deleted} text={t.deletedHint} action={action} />;
}

/** Above the list in which it was open. */
export function DeletedNote({ children }: { children?: ReactNode }) {
  const { gone: t } = useText();
  return (
    <div role="status" className="late mb-3 border-warn border-l-2 py-1 pl-3 text-sm">
      <p>{`${t.deleted}. ${t.deletedHint}`}</p>
      {children}
    </div>
  );
}
