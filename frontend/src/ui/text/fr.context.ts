import type { ContextText } from './en.context';

/** What the model is not shown of a conversation, in French. */
export const frContext: ContextText = {
  seenFrom: (name) => `${name} voit la conversation à partir d’ici`,
  seenFromLimit: 'Ce qui précède dépasse le nombre de messages qu’il relit.',
  seenFromWindow: (tokens) => `Ce qui précède ne tient pas dans sa fenêtre de ${tokens.toLocaleString('fr')} tokens.`,
  shortened: (name) => `${name} voit ceci sans le milieu`,
  shortenedWhy: (tokens) => `C’est trop long pour sa fenêtre de ${tokens.toLocaleString('fr')} tokens.`,
};
