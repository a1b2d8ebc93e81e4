/** What was asked of models, and how fast they answer, in English. */

const seconds = (s: number) =>
  s < 0.1 ? `${Math.round(s * 1000)} ms` : `${s < 10 ? s.toFixed(1) : Math.round(s).toLocaleString('en')} s`;

export const enCalls = {
  title: 'Model calls',
  menu: 'Model calls…',
  intro: 'Each time a model was asked in this conversation, the newest first.',
  none: 'No model was asked here yet.',
  failed: 'The calls could not be read',
  more: 'Show earlier ones',
  status: { complete: 'answered', stopped: 'stopped', failed: 'failed', interrupted: 'cut off with the server' },
  round: (n: number) => `round ${n}`,
  read: (tokens: number) => `read ${tokens.toLocaleString('en')} tokens`,
  wrote: (tokens: number) => `wrote ${tokens.toLocaleString('en')}`,
  speed: (n: number) => `${n < 10 ? n.toFixed(1) : Math.round(n)} tokens/s`,
  load: (s: number) => `loaded in ${seconds(s)}`,
  first: (s: number) => `first after ${seconds(s)}`,
  total: (s: number) => `${seconds(s)} in all`,
  tokens: (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'token' : 'tokens'}`,
  ended: (reason: string) =>
    reason === 'stop' ? 'ended by itself' : reason === 'length' ? 'ended at its limit' : `ended: ${reason}`,
};

export type CallsText = typeof enCalls;
