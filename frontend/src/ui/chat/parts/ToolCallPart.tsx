import { useText } from '../../text/text';

/** What the model had done. */
export function ToolCallPart() {
  const t = useText();
  return <p className="text-ink-3 text-sm">{t.reply.toolUsed}</p>;
}
