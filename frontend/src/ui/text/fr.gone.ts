import type { GoneText } from './en.gone';

export const frGone: GoneText = {
  reply: 'Cette réponse est dans la corbeille.',
  question: 'Cette question est dans la corbeille.',
  forgotten: 'Ce qui se trouvait ici est oublié, définitivement.',
  absent: 'Ce qui se trouve ici est sur une page précédente.',
  deleted: 'Cet élément a été supprimé',
  deletedHint: 'Peut-être dans un autre onglet, ou sur un autre appareil.',
  empty: 'Il n’y a plus rien ici',
  emptyHint: 'Tout est dans la corbeille, et peut en revenir.',
  emptyForgotten: 'Ce qui a été dit ici est oublié, définitivement. La conversation peut continuer.',
  fresh: 'Rien n’a encore été dit ici',
  freshHint: 'Écrivez le premier message ci-dessous.',
  copying: 'Cette copie n’est pas encore faite',
  copyingHint:
    'Elle sera faite, avec tout ce qui a été dit, dès que le serveur répondra. Vous pouvez continuer ci-dessous.',
  bringBack: 'Reprendre le dernier message',
  openTrash: 'Ouvrir la corbeille',
};
