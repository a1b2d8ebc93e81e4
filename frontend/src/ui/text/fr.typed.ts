import type { TypedText } from './en.typed';

export const frTyped: TypedText = {
  queue: 'Envoyer après cette réponse',
  waits: 'Part quand le message précédent aura sa réponse.',
  waiting: (n) => (n === 1 ? 'Un message attend la réponse' : `${n} messages attendent la réponse`),
  takeBack: 'Reprendre',
  again: 'Reposé dès que le serveur répondra.',
  on: 'Continue dès que le serveur répondra.',
  closed: (name) => `${name} ne parle pas avec les personnes. Ses réglages peuvent changer cela.`,
  cutOff:
    'Les mises à jour en direct sont coupées ; le serveur est interrogé régulièrement. Un proxy bloque peut-être les WebSockets.',
  lost: 'Connexion perdue ; enregistré jusqu’ici.',
};
