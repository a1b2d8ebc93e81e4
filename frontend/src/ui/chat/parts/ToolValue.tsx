import type { ToolResult } from '../../../core';
import { type AllText, useText } from '../../text/text';

/** More of a result is not drawn: a page of a million characters cannot be scrolled. */
const DRAWN_CHARS = 20_000;

export function Value({ label, value }: { label: string; value: unknown }) {
  const t = useText();
  const text = textOf(value);
  if (!text) return null;
  return (
    <div>
      <div className="text-ink-3 text-xs">{label}</div>
      <pre className="max-h-80 overflow-auto whitespace-pre-wrap font-mono text-ink-2 text-xs [overflow-wrap:anywhere]">
        {text.slice(0, DRAWN_CHARS)}
      </pre>
      {text.length > DRAWN_CHARS && <p className="text-ink-3 text-xs">{t.tools.cut(DRAWN_CHARS, text.length)}</p>}
    </div>
  );
}

/** As people read it: a text as it is, an object line by line; nothing where there is nothing to say. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined || JSON.stringify(value) === '{}') return '';
  return JSON.stringify(value, null, 2);
}

export function toolName(
  { name, display_name }: Pick<ToolResult, 'name' | 'display_name'>,
  { tools }: AllText,
): string {
  const names: Record<string, string> = tools.names;
  return Object.hasOwn(names, name) ? (names[name] ?? name) : display_name || name || tools.nameless;
}
