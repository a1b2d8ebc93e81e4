/** In characters: of what people write, nothing is as long. */
const LONG = 500;

/** A browser that breaks a long word measures it anew at every line, in seconds where all its letters are kerned. */
export function hasLongWord(text: string): boolean {
  return text.split(/\s/).some((word) => word.length > LONG);
}
