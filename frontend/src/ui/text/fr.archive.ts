import type { ArchiveText } from './en.archive';

const plural = (count: number, one: string, many: string) => `${count.toLocaleString('fr')} ${count < 2 ? one : many}`;

/** The sentences about versions, the trash, forgetting and storage, in French. */
export const frArchive: ArchiveText = {
  actions: 'Plus sur ce message',
  saveOnly: 'Enregistrer seulement',
  continue: 'Continuer',
  aside: 'Vous lisez une version antérieure. Ce que vous écrivez continue à partir d’ici.',
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
  trashIntro: 'Ce qui a été supprimé attend ici d’être restauré, ou que la corbeille soit vidée.',
  trashEmpty: 'La corbeille est vide',
  trashEmptyText: 'Les conversations, messages, notes et Locrits supprimés attendent ici, au cas où.',
  withLocrit: (n) => (n ? `Avec ${n.toLocaleString('fr')} conversation${n > 1 ? 's' : ''}` : ''),
  notes: 'Notes',
  trashFailed: 'La corbeille n’a pas pu être lue',
  trashFailedHint: 'Rien n’est perdu ; tout est en sûreté sur le serveur.',
  deletedAt: (when) => `Supprimé · ${when}`,
  restore: 'Restaurer',
  restoreNamed: (name) => `Restaurer « ${name} »`,
  restored: (name) => `« ${name} » est de retour.`,
  emptyTrash: 'Vider la corbeille…',
  emptyNow: 'Détruire pour de bon',
  emptyTitle: 'Vider la corbeille ?',
  emptyText: (n) =>
    `${n === 1 ? 'Ce qu’elle contient est détruit' : `Les ${n} éléments qu’elle contient sont détruits`} pour de bon, avec toutes les versions, sans retour possible. Ce qui vit dans une conversation dérivée y reste.`,
  emptied: 'Détruit pour de bon.',
  leftInTrash: (n) =>
    `${n.toLocaleString('fr')} élément${n > 1 ? 's restent' : ' reste'} dans la corbeille pour l’instant : une réponse s’écrit encore, ou le serveur n’a pas pu lire.`,
  yours: 'Vous',

  storage: 'Stockage',
  storageIntro: 'Ce qui est conservé, où, et la preuve que tout est là.',
  storageFailed: 'Le stockage n’a pas pu être lu',
  place: 'Conservé dans',
  size: 'Base de données',
  log: 'Journal à côté',
  free: 'Libre sur ce disque',
  inTrash: 'Dans la corbeille',
  openTrash: 'Ouvrir la corbeille',
  check: 'Tout vérifier',
  checking: 'Vérification…',
  checkTitle: 'Intégrité',
  checkHint: 'Lit chaque message et le compare à son historique. Avec beaucoup de messages, cela prend un moment.',
  repair: 'Réparer',
  allWell: 'Tout est là, en ordre, et tel qu’enregistré.',
  notWell: 'Quelque chose n’est pas comme il faut.',
  repairHint: 'Réparer rétablit ce qui découle du reste : compteurs et index de recherche. Aucun message ne change.',
  repaired: (n) => plural(n, 'élément réparé.', 'éléments réparés.'),
  checked: (n) => plural(n, 'vérifié', 'vérifiés'),
  good: 'En ordre',
  bad: 'Pas en ordre',
  checks: {
    'database file': 'Fichier de la base',
    'order of messages': 'Ordre des messages',
    'order of changes': 'Ordre des changements',
    digests: 'Chaîne d’empreintes',
    'rows and changes': 'Messages et leurs changements',
    counters: 'Compteurs',
    'search index': 'Index de recherche',
  },
};
