import type { CallsText } from './en.calls';

const seconds = (s: number) =>
  s < 0.1
    ? `${Math.round(s * 1000)} ms`
    : `${(s < 10 ? Math.round(s * 10) / 10 : Math.round(s)).toLocaleString('fr')} s`;

export const frCalls: CallsText = {
  title: 'Appels au modèle',
  menu: 'Appels au modèle…',
  intro: 'Chaque fois qu’un modèle a été interrogé dans cette conversation, du plus récent au plus ancien.',
  none: 'Aucun modèle n’a encore été interrogé ici.',
  failed: 'Les appels n’ont pas pu être lus',
  more: 'Voir les précédents',
  status: { complete: 'répondu', stopped: 'arrêté', failed: 'échoué', interrupted: 'coupé avec le serveur' },
  round: (n) => `tour ${n}`,
  read: (tokens) => `${tokens.toLocaleString('fr')} jetons lus`,
  wrote: (tokens) => `${tokens.toLocaleString('fr')} écrits`,
  speed: (n) => `${(n < 10 ? Math.round(n * 10) / 10 : Math.round(n)).toLocaleString('fr')} jetons/s`,
  load: (s) => `chargé en ${seconds(s)}`,
  first: (s) => `premier après ${seconds(s)}`,
  total: (s) => `${seconds(s)} en tout`,
  tokens: (n) => `${n.toLocaleString('fr')} ${n < 2 ? 'jeton' : 'jetons'}`,
  ended: (reason) =>
    reason === 'stop' ? 'finie d’elle-même' : reason === 'length' ? 'finie à sa limite' : `finie : ${reason}`,
};
