import type { ReplyText } from './en.reply';

export const frReply: ReplyText = {
  thinks: 'Réflexion…',
  seconds: (seconds) => `${seconds.toLocaleString('fr')} s`,
  thought: 'Réflexion',
  thoughtFor: (seconds) => `Réflexion de ${Math.round(seconds).toLocaleString('fr')} s`,
  unknownPart: 'Il y a ici quelque chose que cette version de la page ne sait pas montrer. Rechargez-la.',
  footnote: (label) => `Note ${label}`,
  backToFootnote: (label) => `Retour à l’appel de la note ${label}`,
};
