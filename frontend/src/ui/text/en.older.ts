import { plural } from './en.plural';

/** Chats that a client of another system keeps in this browser, in English. */
export const enOlder = {
  title: 'Chats of an older client',
  found: (n: number) =>
    `${plural(n, 'chat', 'chats')} of an older client are kept in this browser. Bring them to Locrit?`,
  kept: 'They stay where they are, too. What is here already is not doubled.',
  bring: 'Bring them',
  later: 'Not now',
  close: 'Close',
  progress: (done: number, all: number) => `${done.toLocaleString('en')} of ${all.toLocaleString('en')}`,
  done: (n: number, locrit: string) => `${plural(n, 'chat is', 'chats are')} in Locrit now, with ${locrit}.`,
  refused: (n: number) => `${plural(n, 'chat', 'chats')} could not be brought, and stay in this browser only.`,
  failed: 'The server does not answer. What was brought is saved; the rest can be brought later.',
};

export type OlderText = typeof enOlder;
