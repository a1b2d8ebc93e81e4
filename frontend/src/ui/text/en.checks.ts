/** What the integrity check says while it runs and when it found something, in English. */

const n = (count: number) => count.toLocaleString('en');

export const enChecks = {
  /** Which check of how many; how many things it has seen, of how many where that is known. */
  progress: (name: string, number: number, of: number) => `${number} of ${of} · ${name}`,
  seen: (checked: number, of: number) =>
    of ? `${n(checked)} of ${n(of)} messages checked` : `${n(checked)} things checked`,
  starting: 'Reading what is stored…',
  indexing: (waiting: number, of: number) =>
    `The search index is being made: ${n(of - waiting)} of ${n(of)} messages can be found, the newest first.`,
  details: (count: number) =>
    count === 1 ? 'One place, in technical words' : `${n(count)} places, in technical words`,
  /** By the name that the server gives a check. */
  findings: {
    'database file': 'The database file itself is damaged.',
    values: 'Something that was saved is no longer what was written, or cannot be read.',
    'numbers of rows': 'Something that was saved is gone, or something is there that Locrit did not save.',
    'order of messages': 'Messages of a conversation are missing, or out of their order.',
    'order of changes': 'The record of changes has a gap.',
    digests: 'The record of changes was altered after it was written.',
    'rows and changes': 'A message, a conversation, a note or a Locrit is not what its last change made it.',
    'running replies': 'How a reply was written is not known completely.',
    counters: 'A number that is shown, such as messages a day, does not agree with what is there.',
    'search index': 'Some messages are not found by what they say. The messages themselves are safe.',
    'words of the search index': 'The search index is damaged. The messages themselves are safe.',
    'work that waits': 'Something is to be done to what is not there.',
  } as Record<string, string>,
};

export type ChecksText = typeof enChecks;
