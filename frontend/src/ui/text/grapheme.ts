const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What a reader counts as one: a family, a flag or a skin tone is many code points and one picture. */
export const graphemes = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

/** The one that counts when another was typed or pasted beside it: the new one. */
export function oneGrapheme(text: string, before: string): string {
  const all = graphemes(text.trim());
  if (all.length < 2) return all[0] ?? '';
  const added = text.startsWith(before) ? graphemes(text.slice(before.length).trim()) : all;
  return added[0] ?? '';
}
