import type { JobsText } from './en.jobs';

/** What takes long on the server, in French. */
export const frJobs: JobsText = {
  label: 'En cours',
  kinds: {
    forget: 'Oubli en cours…',
    empty: 'La corbeille se vide…',
    clear: 'Mise à la corbeille…',
    fork: 'Copie en cours…',
    repair: 'Réparation en cours…',
    embed: 'Apprentissage du sens de ce qui a été dit…',
  },
  progress: (done, total) => `${done.toLocaleString('fr')} sur ${total.toLocaleString('fr')}`,
  of: (done, total) => `${done} sur ${total}`,
  waits: 'Une partie doit attendre :',
  again: (time) => `Nouvel essai à ${time}.`,
};
