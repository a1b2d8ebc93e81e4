/** What was typed and has not gone yet, in English. */
export const enTyped = {
  queue: 'Send after this reply',
  waits: 'Goes when the message before it is answered.',
  waiting: (n: number) => (n === 1 ? 'One message waits for the reply' : `${n} messages wait for the reply`),
  takeBack: 'Take back',
  again: 'Asked again as soon as the server answers.',
  on: 'Goes on as soon as the server answers.',
  closed: (name: string) => `${name} does not talk with people. Its settings can change that.`,
  cutOff: 'Live updates are cut off; the server is asked every few seconds. A proxy in between may block WebSockets.',
  lost: 'Connection lost; saved up to here.',
};

export type TypedText = typeof enTyped;
