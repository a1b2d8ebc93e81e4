/** Less is no reason that a person would understand. */
const COUNTS = 0.2;

/** What counted for something that was recalled, in the words of `reasons`. */
export function reasonsOf(features: Record<string, number>, reasons: Record<string, string>): string[] {
  return Object.entries(reasons).flatMap(([name, reason]) => ((features[name] ?? 0) > COUNTS ? [reason] : []));
}
