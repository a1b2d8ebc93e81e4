/** What the model is not shown of a conversation, in English. */
export const enContext = {
  seenFrom: (name: string) => `${name} sees the conversation from here`,
  seenFromLimit: 'What is above is more than the messages that it looks back on.',
  seenFromWindow: (tokens: number) =>
    `What is above does not fit into its window of ${tokens.toLocaleString('en')} tokens.`,
  reading: (tokens: number) => `Reading about ${tokens.toLocaleString('en')} tokens… `,
  loading: (model: string) => `Loading ${model} into memory… `,
  loadingUpTo: (seconds: number) =>
    `A large model takes its time. It is waited for up to ${seconds.toLocaleString('en')} s (LOCRIT_MODEL_LOAD_TIMEOUT).`,
  used: (percent: number) => `${percent} % of the window used`,
  usedWhy: (tokens: number, window: number) =>
    `The last reply and what was read for it fill ${tokens.toLocaleString('en')} of ${window.toLocaleString('en')} tokens.`,
  shortened: (name: string) => `${name} sees this without its middle`,
  shortenedWhy: (tokens: number) => `It is too long for its window of ${tokens.toLocaleString('en')} tokens.`,
};

export type ContextText = typeof enContext;
