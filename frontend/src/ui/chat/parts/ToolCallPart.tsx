import { Suspense } from 'react';
import { later } from '../../kit/later';
import { useText } from '../../text/text';
import type { PartOf, PartProps } from './kinds';

const ToolCall = later(() => import('./ToolCall'));

/** What the model had done. */
export function ToolCallPart({ part, id }: PartProps<PartOf<'tool_call'>>) {
  const t = useText();
  return (
    <Suspense fallback={<p className="text-ink-3 text-sm">{t.tools.used}</p>}>
      <ToolCall resultId={part.id} messageId={id} />
    </Suspense>
  );
}
