import type { ArchiveText } from './en.archive';

/** The sentences about versions, the trash and forgetting, in French. */
export const frArchive: ArchiveText = {
  actions: 'Plus sur ce message',
  saveOnly: 'Enregistrer seulement',
  continue: 'Continuer',
  oldBranch: 'Vous lisez une version antérieure. Ce que vous écrivez continue à partir d’ici.',
  toNewest: 'Voir la plus récente',

  history: 'Historique…',
  historyTitle: 'Historique de ce message',
  current: 'Maintenant',
  first: 'Tel qu’enregistré d’abord',
  bringBack: 'Rétablir',
  broughtBack: 'La version antérieure est rétablie. L’autre reste dans l’historique.',
  onlyVersion: 'Il n’a jamais été modifié.',
  historyFailed: 'L’historique n’a pas pu être lu',
  historyFailedHint: 'Il est en sûreté sur le serveur, et s’affichera dès que le serveur répondra.',

  fork: 'Repartir d’ici',
  forkOf: 'Une bifurcation',
  where: (locrit, title) => `${locrit} · ${title}`,
  forked: 'Une nouvelle conversation commence par ce qui a été dit jusqu’ici.',

  forget: 'Oublier…',
  forgetNow: 'Oublier pour de bon',
  forgetMessage: 'Oublier ce message ?',
  forgetMessageText: (copies) =>
    `Son texte et toutes ses versions sont détruits, sur ce serveur et dans chaque navigateur${copies ? `, ainsi que ${copies === 1 ? 'sa copie' : `ses ${copies.toLocaleString('fr')} copies`} dans d’autres conversations` : ''} : plus rien dans la recherche, la mémoire ou la corbeille. C’est irréversible.`,
  forgetConversation: (title) => `Oublier « ${title} » ?`,
  forgetConversationText: (n) =>
    `${n ? (n === 1 ? 'Son message est détruit avec toutes ses versions' : `Ses ${n.toLocaleString('fr')} messages sont détruits avec toutes leurs versions`) : 'Elle est détruite'}, sur ce serveur et dans chaque navigateur, et dans les conversations qui en sont issues : plus rien dans la recherche, la mémoire ou la corbeille. C’est irréversible.`,
  forgottenNow: 'Oublié.',

  decide: 'Ce qui attend votre décision',
  decideText: 'Le serveur l’a refusé. C’est conservé dans ce navigateur jusqu’à votre décision.',
  unnamed: 'Une conversation sans nom',
  show: 'Voir',
  conflict: 'Modifié ailleurs',
  conflictDeleted:
    'Ce message a été supprimé à un autre endroit pendant que vous le modifiiez ici. Les deux textes sont conservés comme versions.',
  conflictText:
    'Ce message a été modifié ailleurs pendant que vous le modifiiez ici. Les deux textes restent des versions.',
  mine: 'Ici',
  theirs: 'Ailleurs',
  keepMine: 'Garder le mien',
  keepTheirs: 'Garder l’autre',

  trash: 'Corbeille',
  trashFailedHint: 'Rien n’est perdu ; tout est en sûreté sur le serveur.',
  restore: 'Restaurer',
  storage: 'Stockage',
  openTrash: 'Ouvrir la corbeille',
};
