import type { ChecksText } from './en.checks';

/** What the integrity check says while it runs and when it found something, in French. */

const n = (count: number) => count.toLocaleString('fr');

export const frChecks: ChecksText = {
  progress: (name, number, of) => `${number} sur ${of} · ${name}`,
  seen: (checked, of) => (of ? `${n(checked)} messages vérifiés sur ${n(of)}` : `${n(checked)} éléments vérifiés`),
  starting: 'Lecture de ce qui est enregistré…',
  indexing: (waiting, of) =>
    `L’index de recherche se construit : ${n(of - waiting)} messages sur ${n(of)} peuvent être trouvés, les plus récents d’abord.`,
  details: (count) => (count < 2 ? 'Un endroit, en termes techniques' : `${n(count)} endroits, en termes techniques`),
  findings: {
    'database file': 'Le fichier de la base de données est lui-même endommagé.',
    values: 'Quelque chose d’enregistré n’est plus ce qui a été écrit, ou ne peut pas être lu.',
    'numbers of rows': 'Quelque chose d’enregistré a disparu, ou quelque chose est là que Locrit n’a pas enregistré.',
    'order of messages': 'Des messages d’une conversation manquent, ou ne sont pas dans leur ordre.',
    'order of changes': 'Le journal des changements a un trou.',
    digests: 'Le journal des changements a été modifié après avoir été écrit.',
    'rows and changes':
      'Un message, une conversation, une note ou un Locrit n’est pas ce que son dernier changement en a fait.',
    'running replies': 'On ne sait pas complètement comment une réponse a été écrite.',
    counters: 'Un nombre affiché, comme les messages par jour, ne correspond pas à ce qui est là.',
    'search index': 'Certains messages ne sont pas trouvés par ce qu’ils disent. Les messages eux-mêmes sont intacts.',
    'words of the search index': 'L’index de recherche est endommagé. Les messages eux-mêmes sont intacts.',
    'work that waits': 'Quelque chose doit être fait à ce qui n’est pas là.',
  },
};
