import type { TypedText } from './en.typed';

export const frTyped: TypedText = {
  queue: 'Envoyer après cette réponse',
  waits: 'Part quand la réponse sera terminée.',
  waiting: (n) => (n === 1 ? 'Un message attend la réponse' : `${n} messages attendent la réponse`),
  takeBack: 'Reprendre',
};
