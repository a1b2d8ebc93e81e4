/** What the model is not shown of a conversation, in English. */
export const enContext = {
  seenFrom: (name: string) => `${name} sees the conversation from here`,
  seenFromLimit: 'What is above is more than the messages that it looks back on.',
  seenFromWindow: (tokens: number) =>
    `What is above does not fit into its window of ${tokens.toLocaleString('en')} tokens.`,
  shortened: (name: string) => `${name} sees this without its middle`,
  shortenedWhy: (tokens: number) => `It is too long for its window of ${tokens.toLocaleString('en')} tokens.`,
};

export type ContextText = typeof enContext;
