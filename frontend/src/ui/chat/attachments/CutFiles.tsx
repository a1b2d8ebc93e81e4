import type { PromptContext } from '../../../core';
import { useText } from '../../text/text';

/** Of what the model was given it has read a part only: said with its reply. */
export function CutFiles({ context }: { context: PromptContext | null | undefined }) {
  const t = useText().files;
  if (!context?.cut_files) return null;
  return (
    <p role="note" className="pt-1 text-ink-3 text-xs">
      {t.cut(context.cut_files)}
    </p>
  );
}
