/** What is said about forms left unsaved, the first start, and what deleting means, in English. */
export const enHands = {
  changedMeanwhile: 'It was changed elsewhere while you were writing. By now it says:',
  fieldsChanged: 'These were changed in another place while you changed them here. Yours are shown in the form.',
  saveEdit: 'Save an edit',
  leave: 'Close what is open, leave an edit',
  freshOutside: 'New conversation, outside a text box',
  deleteHint: 'To the trash, from where it comes back',
  forgetHint: 'Destroyed for good, not in the trash',
  what: 'A Locrit is someone to talk to: a name, a character, and a model on your own computer. It forgets nothing that is said.',
  chooseEmoji: 'Choose an emoji',
  noEmoji: 'None: its first letter',
  otherEmoji: 'Another one',
  oneEmoji: 'One emoji or letter only.',
  /** What the three Locrits of a first start say of themselves, by what the server wrote. In English it stands as it is. */
  builtIn: {} as Record<string, string>,
};

export type HandsText = typeof enHands;
