/** Locrits that are made or changed while the server is away, in English. */
export const enKept = {
  here: 'Kept here; sent when Locrit is reachable.',
  create: (name: string) => `The new Locrit “${name}”`,
  edit: (name: string) => `Changes of “${name}”`,
  delete: (name: string) => `Moving “${name}” to the trash`,
  waiting: (n: number) =>
    n === 1
      ? 'A conversation waits for it. If you discard it, what you said there is kept, and asks for your decision.'
      : `${n} conversations wait for it. If you discard it, what you said there is kept, and asks for your decision.`,
  notMade: 'It will not be created. What you said to it is kept, and asks for your decision.',
  change: 'Change',
};

export type KeptText = typeof enKept;
