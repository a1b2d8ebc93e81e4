/** Files that are given with a message, in English. */
export const enFiles = {
  attach: 'Attach files',
  drop: 'Drop files here to attach them',
  list: 'Attached files',
  remove: (name: string) => `Remove ${name}`,
  uploading: (percent: number) => `${percent} %`,
  waiting: 'Kept here, sent with the message',
  pages: (pages: number) => (pages === 1 ? '1 page' : `${pages.toLocaleString('en')} pages`),
  open: (name: string) => `Open ${name}`,
  save: 'Save',
  gone: 'This picture cannot be shown now.',
  ask: 'Ask, or send it as it is',
  blind: (model: string) => `${model} cannot see pictures. Remove them, or`,
  chooseModel: 'choose a model that can',
  cut: (files: number) =>
    files === 1
      ? 'Of one file only the beginning was read: it is too long for the window.'
      : `Of ${files} files only the beginning was read: they are too long for the window.`,
};

export type FilesText = typeof enFiles;
