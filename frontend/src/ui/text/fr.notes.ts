import type { NotesText } from './en.notes';

/** What was noted beside the conversations, in French. */
export const frNotes: NotesText = {
  label: 'Notes',
  about: (name) => `Ce qu’il faut retenir en dehors des conversations avec ${name}. Chaque version est gardée.`,
  count: (n) => (n < 2 ? 'note' : 'notes'),
  search: 'Chercher dans les notes',
  none: 'Rien n’est encore noté',
  noneHint: 'Notez ce qu’il ne faudrait pas avoir à rechercher dans une conversation : un nom, un goût, une date.',
  noHits: (query) => `Aucune note avec « ${query} »`,
  newest: (n) => `Les ${n} notes les plus récentes.`,
  add: 'Nouvelle note',
  text: 'Note',
  tags: 'Étiquettes',
  tagsHint: 'Séparées par des virgules',
  pin: 'Garder en tête',
  unpin: 'Ne plus garder en tête',
  pinned: 'En tête',
  edit: (start) => `Modifier « ${start} »`,
  remove: (start) => `Supprimer « ${start} »`,
  removed: 'La note est dans la corbeille.',
  changed: (when) => `modifiée ${when}`,
};
