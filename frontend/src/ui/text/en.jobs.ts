/** What takes long on the server, in English. */
export const enJobs = {
  label: 'In progress',
  kinds: {
    forget: 'Forgetting…',
    empty: 'Emptying the trash…',
    clear: 'Moving to the trash…',
    fork: 'Copying…',
    repair: 'Repairing…',
    embed: 'Learning what was said by its meaning…',
  },
  progress: (done: number, total: number) => `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
  of: (done: string, total: string) => `${done} of ${total}`,
  waits: 'A part of it has to wait:',
  again: (time: string) => `It is tried again at ${time}.`,
};

export type JobsText = typeof enJobs;
