import type { OlderText } from './en.older';
import { plural } from './fr.plural';

/** Chats that a client of another system keeps in this browser, in French. */
export const frOlder: OlderText = {
  title: 'Discussions d’un ancien client',
  found: (n) =>
    `Ce navigateur garde ${plural(n, 'discussion', 'discussions')} d’un ancien client. Les apporter dans Locrit ?`,
  kept: 'Elles restent aussi où elles sont. Ce qui est déjà ici n’est pas doublé.',
  bring: 'Apporter',
  later: 'Pas maintenant',
  close: 'Fermer',
  progress: (done, all) => `${done.toLocaleString('fr')} sur ${all.toLocaleString('fr')}`,
  done: (n, locrit) => `${plural(n, 'discussion est', 'discussions sont')} maintenant dans Locrit, avec ${locrit}.`,
  refused: (n) =>
    `${plural(n, 'discussion n’a pas pu être apportée', 'discussions n’ont pas pu être apportées')} : seulement dans ce navigateur.`,
  failed: 'Le serveur ne répond pas. Ce qui est arrivé est enregistré ; le reste peut venir plus tard.',
};
