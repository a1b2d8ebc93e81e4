/** The sentences about versions, the trash, forgetting and storage, in English. */

const plural = (count: number, one: string, many: string) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export const enArchive = {
  actions: 'More about this message',
  saveOnly: 'Save only',
  continue: 'Continue',
  oldBranch: 'You are reading an earlier version. What you write goes on from here.',
  toNewest: 'Show the newest',

  history: 'History…',
  historyTitle: 'History of this message',
  current: 'Now',
  first: 'As first saved',
  bringBack: 'Bring back',
  broughtBack: 'The earlier version is back. The other one is kept in the history.',
  onlyVersion: 'It was never changed.',
  historyFailed: 'The history could not be read',
  historyFailedHint: 'It is safe on the server, and appears as soon as the server answers.',

  fork: 'Fork from here',
  forkOf: 'A fork',
  where: (locrit: string, title: string) => `${locrit} · ${title}`,
  forked: 'A new conversation begins with what was said up to here.',

  forget: 'Forget…',
  forgetNow: 'Forget for good',
  forgetMessage: 'Forget this message?',
  forgetMessageText: (copies: number) =>
    `Its text and all of its versions are destroyed, on this server and in every browser${copies ? `, and so ${copies === 1 ? 'is its copy' : `are its ${copies.toLocaleString('en')} copies`} in other conversations` : ''}: it is in no search, no memory, no trash. This cannot be undone.`,
  forgetConversation: (title: string) => `Forget “${title}”?`,
  forgetConversationText: (n: number) =>
    `${n ? `${n === 1 ? 'Its message is' : `All ${plural(n, 'message', 'messages')} are`} destroyed with every version` : 'It is destroyed'}, on this server and in every browser, and in conversations that were forked from it: it is in no search, no memory, no trash. This cannot be undone.`,
  forgottenNow: 'Forgotten.',

  decide: 'What needs your decision',
  decideText: 'The server refused this. It is kept in this browser until you decide.',
  unnamed: 'A conversation without a name',
  show: 'Show',
  conflict: 'Changed elsewhere',
  conflictDeleted:
    'This message was deleted in another place while you edited it here. Both texts are kept as versions.',
  conflictText: 'This message was changed in another place while you edited it here. Both texts are kept as versions.',
  mine: 'Here',
  theirs: 'Elsewhere',
  keepMine: 'Keep mine',
  keepTheirs: 'Keep theirs',

  trash: 'Trash',
  trashIntro: 'What was deleted stays here until you restore it or empty the trash.',
  trashEmpty: 'The trash is empty',
  trashEmptyText: 'Deleted conversations, messages, notes and Locrits wait here, in case you want them back.',
  withLocrit: (n: number) => (n ? `With ${plural(n, 'conversation', 'conversations')}` : ''),
  notes: 'Notes',
  trashFailed: 'The trash could not be read',
  trashFailedHint: 'Nothing is lost; it is safe on the server.',
  deletedAt: (when: string) => `Deleted · ${when}`,
  restore: 'Restore',
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
  yours: 'You',

  storage: 'Storage',
  storageIntro: 'What is kept, where, and the proof that it is all there.',
  storageFailed: 'The storage could not be read',
  place: 'Kept in',
  size: 'Database',
  log: 'Journal beside it',
  free: 'Free on this disk',
  inTrash: 'In the trash',
  openTrash: 'Open the trash',
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

export type ArchiveText = typeof enArchive;
