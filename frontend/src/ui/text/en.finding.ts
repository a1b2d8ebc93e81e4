/** Finding what was said, in English. */
export const enFinding = {
  newest: 'Newest',
  messages: 'Said',
  filters: 'Narrow it down',
  filterHint: 'Narrow down by',
  filterNames: { locrit: 'locrit', role: 'role', after: 'after', before: 'before', is: 'is' },
  roles: ['user', 'assistant'],
  days: ['today', 'yesterday'],
  marks: ['starred', 'pinned', 'archived'],
  unknownFilter: 'This says nothing yet.',
  placeholder: 'Any word ever said, a name, an action…',
  nothing: (query: string) => `Nothing is called “${query}”, and nobody said it.`,
  searching: 'Searching…',
  looking: 'The server does not answer: looking through what this browser has…',
  found: (count: number, more: boolean) =>
    more ? `The best ${count} messages; there are more.` : count === 1 ? '1 message' : `${count} messages`,
  findHere: 'Find in this conversation',
  previous: 'Previous match',
  next: 'Next match',
  matches: (count: string) => (count === '1' ? '1 message' : `${count} messages`),
  nth: (at: number, count: string) => `${at} of ${count}`,
  toDay: 'Go to a day',
  nothingSince: 'Nothing was said on that day or later.',
  offline: 'The server does not answer: only what this browser has was searched.',
  failed: (why: string) => `The server could not search: ${why}`,
  where: (conversation: string, by: string, at: string) => `${by} · ${conversation} · ${at}`,
  inFile: (name: string) => `in ${name}`,
};

export type FindingText = typeof enFinding;
