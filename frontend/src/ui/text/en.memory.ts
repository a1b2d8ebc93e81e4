import { plural } from './en.plural';

/** The sentences of the memory explorer, in English. */

export const enMemory = {
  title: (name: string) => `Memory of ${name}`,
  label: 'Memory',
  messages: 'Messages',
  sessions: 'Conversations',
  opening: (count: number, name: string, since: string | null, about: string[]) =>
    `${plural(count, 'message', 'messages')} with ${name}${since ? ` since ${since}` : ''}${
      about.length ? `, mostly about ${about.join(' and ')}` : ''
    }.`,
  openingNone: (name: string) => `Nothing was said with ${name} yet.`,
  openingNoneHint: 'Everything you say to each other will appear here: what was said, when, and how to find it again.',
  talk: (name: string) => `Talk to ${name}`,
  lately: (count: number) =>
    count ? `${plural(count, 'message', 'messages')} in the last seven days.` : 'Quiet for the last seven days.',
  countMessages: (n: number): string => (n === 1 ? 'message' : 'messages'),
  countSessions: (n: number): string => (n === 1 ? 'conversation' : 'conversations'),
  countDays: (n: number): string => (n === 1 ? 'day with words' : 'days with words'),
  year: 'A year of days',
  day: (count: number, day: string) =>
    count ? `${plural(count, 'message', 'messages')} on ${day}` : `Nothing on ${day}`,
  lastOf: (count: number, day: string) => `The last ${plural(count, 'message', 'messages')} of ${day}`,
  less: 'Fewer',
  moreDays: 'More',
  recent: 'Most recently',
  search: 'Search everything that was said',
  clear: 'Clear the search',
  hits: (n: number, query: string) => `${plural(n, 'message', 'messages')} with “${query}”`,
  noHits: (query: string) => `Nothing was said about “${query}”`,
  noHitsHint: 'Try one word, or a part of a word.',
  inSession: 'In',
  allSessions: 'All conversations',
  open: 'Open at this message',
  noSessions: 'No conversations are remembered yet.',
  untitled: 'Untitled conversation',
  sessionCount: (n: number) => plural(n, 'message', 'messages'),
  browse: 'Read its messages',
  openChat: 'Open the conversation',
  recalled: (count: number) => `Recalled ${plural(count, 'thing', 'things')}`,
  recalledNone: 'What was recalled is not there any more.',
  aMemory: 'Memory',
  onTop: 'kept on top',
  saidByYou: 'You said',
  saidBy: (name: string) => `${name} said`,
  why: (terms: string[], reasons: string[]) =>
    [terms.length ? `same words: ${terms.join(', ')}` : '', ...reasons].filter(Boolean).join(' · '),
  reasons: {
    phrases: 'the same words together',
    meaning: 'similar meaning',
    session: 'the conversation is about it',
    speaks_of_self: 'said by whom you ask about',
    date: 'from the time you ask about',
    after_question: 'answers a question',
    when: 'says when',
    pinned: 'you pinned it',
    question: 'asks what the next one answers',
  } as Record<string, string>,
  marks: { pinned: 'Pin', less: 'Not useful', never: 'Never recall this' },
  marked: {
    pinned: 'Pinned: it comes first from now on.',
    less: 'It counts for less from now on.',
    never: 'It is never recalled again.',
  },
  undo: 'Undo',
  failed: 'The memory could not be read',
  failedHint: 'Nothing is lost; it is safe on the server.',
  forbidden: 'This Locrit does not show its memory',
  forbiddenHint: 'Allow it under “Shows” in its settings.',
};

export type MemoryText = typeof enMemory;
