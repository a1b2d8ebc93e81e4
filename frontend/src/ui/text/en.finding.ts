/** Finding what was said, in English. */
export const enFinding = {
  newest: 'Newest',
};

export type FindingText = typeof enFinding;
