import type { FindingText } from './en.finding';

/** Finding what was said, in French. */
export const frFinding: FindingText = {
  newest: 'Le plus récent',
};
