/** What stands around the words of a reply, in English. */
export const enReply = {
  thinks: 'Thinking…',
  seconds: (seconds: number) => `${seconds.toLocaleString('en')} s`,
  thought: 'Thought',
  thoughtFor: (seconds: number) => `Thought for ${Math.round(seconds).toLocaleString('en')} s`,
  unknownPart: 'Here is something that this version of the page cannot show. Reload it.',
  footnote: (label: string) => `Footnote ${label}`,
  backToFootnote: (label: string) => `Back to where footnote ${label} stands`,
};

export type ReplyText = typeof enReply;
