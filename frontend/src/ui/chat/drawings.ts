import type { Drawing } from './drawing';

/** Drawing cannot be interrupted: what would hold up the page for more than a moment is drawn when somebody asks. */
export interface Limits {
  chars: number;
  lines: number;
  edges: number;
}

const AT_ONCE: Limits = { chars: 4_000, lines: 80, edges: 80 };
const WHEN_ASKED: Limits = { chars: 20_000, lines: 400, edges: 400 };
/** Kinds whose loops run as often as a number says. */
const COUNTING = /^\s*(block|packet)/m;
const HUGE_NUMBER = /\d{5}/;
const MAX_KEPT = 60;

const kept = new Map<string, Promise<Drawing>>();

/** Drawn once for each theme, and there at once when the message comes back into view. */
export function drawingOf(code: string, dark: boolean, asked: boolean): Promise<Drawing> {
  const key = `${dark} ${asked} ${code}`;
  const drawing = kept.get(key) ?? draw(code, dark, asked, key);
  kept.delete(key);
  kept.set(key, drawing);
  for (const oldest of kept.keys()) if (kept.size > MAX_KEPT) kept.delete(oldest);
  return drawing;
}

async function draw(code: string, dark: boolean, asked: boolean, key: string): Promise<Drawing> {
  if (isTooLarge(code, WHEN_ASKED) || (COUNTING.test(code) && HUGE_NUMBER.test(code))) return { reason: 'large' };
  const limits = asked ? WHEN_ASKED : AT_ONCE;
  if (isTooLarge(code, limits) || (!asked && /^\s*excludes\b/m.test(code))) return { reason: 'unasked' };
  try {
    const { drawMermaid } = await import('./mermaid');
    const drawing = await drawMermaid(code, dark, limits.edges);
    return 'reason' in drawing && drawing.reason === 'large' && !asked ? { reason: 'unasked' } : drawing;
  } catch {
    kept.delete(key); // Its files are not here and the server is not either: asked again the next time.
    return { reason: 'unloaded' };
  }
}

/** Some kinds take more than one thing in a line. */
const isTooLarge = (code: string, { chars, lines }: Limits) =>
  code.length > chars || code.split(/[\n;&]/).filter((line) => line.trim()).length > lines;
