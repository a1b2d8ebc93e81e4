/** What was noted beside the conversations, in English. */
export const enNotes = {
  label: 'Notes',
  about: (name: string) => `What is to be remembered beside the conversations with ${name}. Each version is kept.`,
  count: (n: number): string => (n === 1 ? 'note' : 'notes'),
  search: 'Search the notes',
  none: 'Nothing is noted yet',
  noneHint: 'Write down what should not depend on finding it in a conversation: a name, a taste, a date.',
  noHits: (query: string) => `No note has “${query}”`,
  newest: (n: number) => `The newest ${n} notes.`,
  add: 'New note',
  text: 'Note',
  tags: 'Tags',
  tagsHint: 'Separated by commas',
  pin: 'Keep on top',
  unpin: 'No longer on top',
  pinned: 'On top',
  edit: (start: string) => `Edit “${start}”`,
  remove: (start: string) => `Delete “${start}”`,
  removed: 'The note is in the trash.',
  changed: (when: string) => `changed ${when}`,
};

export type NotesText = typeof enNotes;
