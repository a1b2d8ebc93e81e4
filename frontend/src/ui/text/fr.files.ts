import type { FilesText } from './en.files';

/** Les fichiers joints à un message, en français. */
export const frFiles: FilesText = {
  attach: 'Joindre des fichiers',
  drop: 'Déposez des fichiers ici pour les joindre',
  list: 'Fichiers joints',
  remove: (name) => `Retirer ${name}`,
  uploading: (percent) => `${percent} %`,
  waiting: 'Gardé ici, envoyé avec le message',
  pages: (pages) => (pages === 1 ? '1 page' : `${pages.toLocaleString('fr')} pages`),
  open: (name) => `Ouvrir ${name}`,
  save: 'Enregistrer',
  gone: 'Cette image ne peut pas être affichée maintenant.',
  ask: 'Demandez, ou envoyez tel quel',
  blind: (model) => `${model} ne voit pas les images. Retirez-les, ou`,
  chooseModel: 'choisissez un modèle qui les voit',
  cut: (files) =>
    files === 1
      ? 'D’un fichier, seul le début a été lu : il est trop long pour la fenêtre.'
      : `De ${files} fichiers, seul le début a été lu : ils sont trop longs pour la fenêtre.`,
};
