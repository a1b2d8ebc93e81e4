import type { FindingText } from './en.finding';

/** Finding what was said, in French. */
export const frFinding: FindingText = {
  newest: 'Le plus récent',
  messages: 'Dit',
  filters: 'Préciser',
  filterHint: 'Préciser par',
  filterNames: { locrit: 'locrit', role: 'rôle', after: 'après', before: 'avant', is: 'est' },
  roles: ['moi', 'locrit'],
  days: ['aujourd’hui', 'hier'],
  marks: ['favorite', 'épinglée', 'archivée'],
  unknownFilter: 'Cela ne dit encore rien.',
  placeholder: 'Un mot dit un jour, un nom, une action…',
  nothing: (query) => `Rien ne s’appelle « ${query} », et personne ne l’a dit.`,
  searching: 'Recherche…',
  looking: 'Le serveur ne répond pas : recherche dans ce que garde ce navigateur…',
  found: (count, more) =>
    more ? `Les ${count} meilleurs messages ; il y en a d’autres.` : count === 1 ? '1 message' : `${count} messages`,
  findHere: 'Chercher dans cette conversation',
  previous: 'Occurrence précédente',
  next: 'Occurrence suivante',
  matches: (count) => (count === '1' ? '1 message' : `${count} messages`),
  nth: (at, count) => `${at} sur ${count}`,
  toDay: 'Aller à un jour',
  nothingSince: 'Rien n’a été dit ce jour-là ni après.',
  offline: 'Le serveur ne répond pas : seul ce que garde ce navigateur a été cherché.',
  failed: (why) => `Le serveur n’a pas pu chercher : ${why}`,
  inFile: (name: string) => `dans ${name}`,
  where: (conversation, by, at) => `${by} · ${conversation} · ${at}`,
};
