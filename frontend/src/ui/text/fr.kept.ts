import type { KeptText } from './en.kept';

export const frKept: KeptText = {
  here: 'Gardé ici ; envoyé dès que Locrit sera joignable.',
  create: (name) => `Le nouveau Locrit « ${name} »`,
  edit: (name) => `Des changements de « ${name} »`,
  delete: (name) => `Mettre « ${name} » à la corbeille`,
  waiting: (n) =>
    n === 1
      ? 'Une conversation l’attend. Si vous l’abandonnez, ce que vous y avez dit est gardé et demandera votre décision.'
      : `${n} conversations l’attendent. Si vous l’abandonnez, ce que vous y avez dit est gardé et demandera votre décision.`,
  notMade: 'Il ne sera pas créé. Ce que vous lui avez dit est gardé et demandera votre décision.',
  change: 'Modifier',
};
