/** What stands where something was deleted or forgotten, in English. */
export const enGone = {
  reply: 'This reply is in the trash.',
  question: 'This question is in the trash.',
  forgotten: 'What stood here was forgotten, for good.',
  absent: 'What stands here is on an earlier page.',
  deleted: 'It was deleted',
  deletedHint: 'Perhaps in another tab, or on another device.',
  empty: 'Nothing stands here any more',
  emptyHint: 'All of it is in the trash, and can be brought back.',
  emptyForgotten: 'What was said here was forgotten, for good. The conversation can go on.',
  fresh: 'Nothing has been said here yet',
  freshHint: 'Write the first message below.',
  copying: 'This copy is not made yet',
  copyingHint: 'It is made, with all that was said, as soon as the server answers. You can go on below.',
  bringBack: 'Bring back the last message',
  openTrash: 'Open the trash',
};

export type GoneText = typeof enGone;
