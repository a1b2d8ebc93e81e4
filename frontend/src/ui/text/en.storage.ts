/** The pages of the trash and of the storage, in English. */

const plural = (count: number, one: string, many: string) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export const enStorage = {
  trashIntro: 'What was deleted stays here until you restore it or empty the trash.',
  trashEmpty: 'The trash is empty',
  trashEmptyText: 'Deleted conversations, messages, notes and Locrits wait here, in case you want them back.',
  withLocrit: (n: number) => (n ? `With ${plural(n, 'conversation', 'conversations')}` : ''),
  notes: 'Notes',
  trashFailed: 'The trash could not be read',
  deletedAt: (when: string) => `Deleted · ${when}`,
  restoreNamed: (name: string) => `Restore “${name}”`,
  restored: (name: string) => `“${name}” is back.`,
  emptyTrash: 'Empty the trash…',
  emptyNow: 'Destroy for good',
  emptyTitle: 'Empty the trash?',
  emptyText: (n: number) =>
    `${n === 1 ? 'What is in it is' : `All ${n} things in it are`} destroyed for good, with every version, and cannot be restored. What lives on in a fork stays there.`,
  emptied: 'Destroyed for good.',
  leftInTrash: (n: number) =>
    `${plural(n, 'thing stays', 'things stay')} in the trash for now, because a reply is still being written or the server could not read it.`,
  storageIntro: 'What is kept, where, and the proof that it is all there.',
  storageFailed: 'The storage could not be read',
  place: 'Kept in',
  size: 'Database',
  log: 'Journal beside it',
  free: 'Free on this disk',
  inTrash: 'In the trash',
  rates: 'Reliability',
  ratesHint: (since: string) => `Counted by this server since it started: ${since}.`,
  saves: 'Saved',
  replies: 'Replies without a failure',
  nothingYet: 'None so far',
  rate: (part: string, good: string, all: string) => `${part} · ${good} of ${all}`,
  failed: (n: string) => `${n} failed`,
  interrupted: (n: string) => `${n} interrupted`,
  check: 'Check everything',
  checking: 'Checking…',
  checkTitle: 'Integrity',
  checkHint: 'Reads every message and compares it with its history. With many messages this takes a while.',
  repair: 'Repair',
  allWell: 'Everything is there, in order, and as it was saved.',
  notWell: 'Something is not as it should be.',
  repairHint: 'Repair sets right what follows from the rest: counters and the search index. It changes no message.',
  repaired: (n: number) => `${plural(n, 'thing was', 'things were')} repaired.`,
  checked: (n: number) => `${n.toLocaleString('en')} checked`,
  good: 'In order',
  bad: 'Not in order',
  /** By the name that the server gives them. */
  checks: {
    'database file': 'Database file',
    values: 'Values and checksums',
    'numbers of rows': 'Numbers of rows',
    'order of messages': 'Order of messages',
    'order of changes': 'Order of changes',
    digests: 'Digest chain',
    'rows and changes': 'Messages and their changes',
    'running replies': 'How replies were written',
    counters: 'Counters',
    'search index': 'Search index',
    'work that waits': 'Work that waits',
  } as Record<string, string>,
};

export type StorageText = typeof enStorage;
