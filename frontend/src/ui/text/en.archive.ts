import { plural } from './en.plural';

/** The sentences about versions, the trash and forgetting, in English. */

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
  trashFailedHint: 'Nothing is lost; it is safe on the server.',
  restore: 'Restore',
  storage: 'Storage',
  openTrash: 'Open the trash',
};

export type ArchiveText = typeof enArchive;
