import type { BlocksText } from './en.blocks';

/** What is said about code, diagrams and tables inside a message, in French. */
export const frBlocks: BlocksText = {
  wrap: 'Replier les longues lignes',
  all: (lines) => `Afficher les ${lines.toLocaleString('fr')} lignes`,
  less: 'Réduire',
  diagram: 'Diagramme',
  source: 'Source',
  undrawn: {
    invalid: 'Ce diagramme ne peut pas être dessiné ; voici sa source.',
    large: 'Ce diagramme est trop grand pour être dessiné ici ; voici sa source.',
    unasked: 'Ce diagramme est grand ; le dessiner peut bloquer la page quelques secondes.',
    unloaded: 'Le programme de dessin n’a pas pu être chargé ; voici la source du diagramme.',
  },
  draw: 'Le dessiner',
  table: 'Tableau',
  copyTable: 'Copier le tableau',
  asCsv: 'Copier en CSV',
  asMarkdown: 'Copier en Markdown',
  asText: 'Copier en texte',
};
