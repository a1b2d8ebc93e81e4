import type { MemoryText } from './en.memory';
import { plural } from './fr.plural';

/** The sentences of the memory explorer, in French. */
export const frMemory: MemoryText = {
  title: (name) => `Mémoire de ${name}`,
  label: 'Mémoire',
  messages: 'Messages',
  sessions: 'Conversations',
  opening: (count, name, since, about) =>
    `${plural(count, 'message', 'messages')} avec ${name}${since ? ` depuis ${since}` : ''}${
      about.length ? `, surtout à propos de ${about.join(' et ')}` : ''
    }.`,
  openingNone: (name) => `Rien n’a encore été dit avec ${name}.`,
  openingNoneHint: 'Tout ce que vous vous direz apparaîtra ici : les mots, leur date, et de quoi les retrouver.',
  talk: (name) => `Parler à ${name}`,
  lately: (count) =>
    count ? `${plural(count, 'message', 'messages')} ces sept derniers jours.` : 'Rien ces sept derniers jours.',
  countMessages: (n) => (n < 2 ? 'message' : 'messages'),
  countSessions: (n) => (n < 2 ? 'conversation' : 'conversations'),
  countDays: (n) => (n < 2 ? 'jour d’échanges' : 'jours d’échanges'),
  year: 'Une année de jours',
  day: (count, day) => (count ? `${plural(count, 'message', 'messages')} le ${day}` : `Rien le ${day}`),
  lastOf: (count, day) =>
    count < 2 ? `Le dernier message du ${day}` : `Les ${count.toLocaleString('fr')} derniers messages du ${day}`,
  less: 'Moins',
  moreDays: 'Plus',
  recent: 'Dernièrement',
  search: 'Chercher dans tout ce qui a été dit',
  clear: 'Effacer la recherche',
  hits: (n, query) => `${plural(n, 'message', 'messages')} avec « ${query} »`,
  noHits: (query) => `Rien n’a été dit à propos de « ${query} »`,
  noHitsHint: 'Essayez un seul mot, ou une partie de mot.',
  inSession: 'Dans',
  allSessions: 'Toutes les conversations',
  open: 'Ouvrir à ce message',
  noSessions: 'Aucune conversation en mémoire pour l’instant',
  untitled: 'Conversation sans titre',
  sessionCount: (n) => plural(n, 'message', 'messages'),
  browse: 'Lire ses messages',
  openChat: 'Ouvrir la conversation',
  recalled: (count) => plural(count, 'élément rappelé', 'éléments rappelés'),
  recalledNone: 'Ce qui avait été rappelé n’est plus là.',
  aMemory: 'Souvenir',
  onTop: 'gardé en tête',
  saidByYou: 'Vous avez dit',
  saidBy: (name) => `${name} a dit`,
  why: (terms, reasons) =>
    [terms.length ? `mêmes mots : ${terms.join(', ')}` : '', ...reasons].filter(Boolean).join(' · '),
  reasons: {
    phrases: 'les mêmes mots ensemble',
    meaning: 'un sens proche',
    session: 'la conversation en parle',
    speaks_of_self: 'dit par la personne en question',
    date: 'du moment en question',
    after_question: 'répond à une question',
    when: 'dit quand',
    pinned: 'vous l’avez épinglé',
    question: 'demande ce à quoi la suite répond',
  },
  marks: { pinned: 'Épingler', less: 'Pas utile', never: 'Ne plus jamais rappeler' },
  marked: {
    pinned: 'Épinglé : rappelé en premier désormais.',
    less: 'Compte moins désormais.',
    never: 'N’est plus jamais rappelé.',
  },
  undo: 'Annuler',
  failed: 'La mémoire n’a pas pu être lue',
  failedHint: 'Rien n’est perdu ; elle est en sécurité sur le serveur.',
  forbidden: 'Ce Locrit ne montre pas sa mémoire',
  forbiddenHint: 'Autorisez-le sous « Montre » dans ses réglages.',
};
