import type { ContextText } from './en.context';

/** What the model is not shown of a conversation, in French. */
export const frContext: ContextText = {
  seenFrom: (name) => `${name} voit la conversation à partir d’ici`,
  seenFromLimit: 'Ce qui précède dépasse le nombre de messages qu’il relit.',
  seenFromWindow: (tokens) => `Ce qui précède ne tient pas dans sa fenêtre de ${tokens.toLocaleString('fr')} tokens.`,
  reading: (tokens) => `Lecture d’environ ${tokens.toLocaleString('fr')} tokens… `,
  loading: (model) => `Chargement de ${model} en mémoire… `,
  loadingUpTo: (seconds) =>
    `Un grand modèle prend son temps. On l’attend jusqu’à ${seconds.toLocaleString('fr')} s (LOCRIT_MODEL_LOAD_TIMEOUT).`,
  used: (percent) => `${percent} % de la fenêtre utilisés`,
  usedWhy: (tokens, window) =>
    `La dernière réponse et ce qui a été lu pour elle occupent ${tokens.toLocaleString('fr')} tokens sur ${window.toLocaleString('fr')}.`,
  shortened: (name) => `${name} voit ceci sans le milieu`,
  shortenedWhy: (tokens) => `C’est trop long pour sa fenêtre de ${tokens.toLocaleString('fr')} tokens.`,
};
