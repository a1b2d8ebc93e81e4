import { useEffect } from 'react';
import type { PromptContext } from '../../core';
import { useClient } from '../app-context';
import { useText } from '../text/text';

/** The model had said that it can call tools, and refused to be told of any: said with its reply, and known from then on. */
export function ToolsRefused({ context }: { context: PromptContext | null | undefined }) {
  const t = useText().tools;
  const client = useClient();
  const refused = context?.tools_refused === true;
  useEffect(() => {
    if (refused) client.models.look().catch(() => {}); // the list says itself that it could not be read
  }, [refused, client]);
  if (!refused) return null;
  return (
    <p role="note" className="pt-1 text-ink-3 text-xs">
      {t.refusedByModel}
    </p>
  );
}
