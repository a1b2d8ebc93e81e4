import type { Talk } from './talk';

/** `press`: a button of a message, or an entry of its menu. */
type Acting = Talk & { press: (message: string, name: string) => Promise<void> };
type Server = Talk['server'];
type Fields = Parameters<Server['say']>[1];

/** A message in some state, and all that can be pressed about it. */
export interface State {
  prepare: (server: Server) => unknown;
  /** What is done in the browser then. */
  act?: (talk: Acting) => unknown;
  /** The id of the message, or its words. */
  of: string;
  controls: string[];
}

const GONE = '2027-01-02T00:00:00.000Z';
const OFTEN = ['History…', 'Fork from here', 'Delete', 'Forget…'];
export const OF_MENU = ['Retry with another model…', 'Copy as Markdown', 'Copy as text', ...OFTEN];
const OF_QUESTION = ['Copy', 'Edit', ...OFTEN];
const OF_REPLY = [
  'Copy',
  'Retry',
  'Retry with another model…',
  'History…',
  'Fork from here',
  'Copy as Markdown',
  'Copy as text',
  'Delete',
  'Forget…',
];
const without = (all: string[], ...left: string[]) => all.filter((name) => !left.includes(name));
const NOT_ASKED = without(OF_REPLY, 'Retry', 'Retry with another model…');
const EMPTY_REPLY = without(OF_REPLY, 'Copy', 'Copy as Markdown', 'Copy as text');

const reply = (server: Server, id: string, fields: Fields = {}, text?: string) =>
  server.say(id, { role: 'assistant', parent_id: 'q1', ...fields }, text);

/** A question and its reply. */
const turn =
  (fields: Fields = {}, text?: string) =>
  (server: Server) => {
    server.say('q1');
    reply(server, 'r1', fields, text);
  };
const failed = (code: string): Fields => ({
  status: 'failed',
  error: { code, message: `The server says ${code}.`, hint: '' },
});
const cut: Fields = { status: 'interrupted', error: { code: 'interrupted', message: 'Cut.', hint: '' } };
const running: Fields = { status: 'streaming', generation_id: 'g1' };
const away = ({ transport }: Acting) => transport.disconnect();
const offline =
  (action: (talk: Acting) => unknown): State['act'] =>
  (talk) => {
    away(talk);
    return action(talk);
  };
/** As the first that waits it may have been on its way when the server went. */
const behind = async (client: Acting['client'], ask: 'retry' | 'continueReply', id: string) => {
  await client.actions.send('talk', 'First');
  await client.actions[ask](id);
};
const refusing =
  (route: string, action: (talk: Acting) => unknown): State['act'] =>
  (talk) => {
    talk.server.refuses = route;
    return action(talk);
  };
const silent = (fields: object) => (server: Server) => {
  turn({ status: 'stopped' })(server);
  const [[name, bob] = []] = server.locrits;
  if (name && bob) server.locrits.set(name, { ...bob, ...fields });
};

export const STATES: Record<string, State> = {
  'a question': { prepare: turn(), of: 'q1', controls: OF_QUESTION },
  'a question without a reply': { prepare: (s) => s.say('q1'), of: 'q1', controls: OF_QUESTION },
  'a question, offline': { prepare: turn(), act: away, of: 'q1', controls: OF_QUESTION },
  'a question that waits for the server': {
    prepare: turn(),
    act: offline(async ({ client }) => {
      await client.actions.send('talk', 'Perhaps on its way');
      await client.actions.send('talk', 'Queued');
    }),
    of: 'Queued',
    controls: ['Edit', 'Take back'],
  },
  'a question on its way': {
    prepare: turn(),
    act: ({ transport, client }) => {
      transport.fates = ['hangs'];
      return client.actions.send('talk', 'Sending');
    },
    of: 'Sending',
    controls: ['Copy'],
  },
  'a question that waits for a reply': {
    prepare: turn(running),
    act: ({ client }) => client.actions.send('talk', 'Waiting'),
    of: 'Waiting',
    controls: ['Edit', 'Take back', 'Stop the reply'],
  },
  'a refused question': {
    prepare: turn(),
    act: ({ client }) => client.actions.send('talk', 'refuse this'),
    of: 'refuse this',
    controls: ['Discard', 'Edit', 'Try again', 'Copy'],
  },
  'a question edited offline': {
    prepare: turn(),
    act: offline(({ client }) => client.actions.editMessage('q1', 'Edited')),
    of: 'Edited',
    controls: OF_QUESTION,
  },
  'a question that was edited here and elsewhere': {
    prepare: turn(),
    act: offline(async ({ client, server, transport }) => {
      await client.actions.editMessage('q1', 'Mine');
      const [q1] = server.inOrder('talk');
      if (q1) server.save('message.updated', { ...q1, content: 'Theirs', rev: 2 });
      transport.connect();
    }),
    of: 'q1',
    controls: ['Keep theirs', 'Keep mine', 'Copy'],
  },
  'a question to ask again offline': {
    prepare: (s) => s.say('q1'),
    act: offline(({ client }) => behind(client, 'retry', 'q1')),
    of: 'q1',
    controls: ['Take back', ...OF_QUESTION],
  },
  'the newer one of two questions': {
    prepare: (s) => {
      turn()(s);
      s.say('q2', { parent_id: 'talk' });
    },
    of: 'q2',
    controls: [...OF_QUESTION, 'Previous version'],
  },
  'a deleted one of two questions': {
    prepare: (s) => {
      turn()(s);
      s.say('q2', { parent_id: 'talk', deleted_at: GONE });
      reply(s, 'r2', { parent_id: 'q2' });
    },
    of: 'q2',
    controls: ['Restore', 'Previous version'],
  },
  'a reply': { prepare: turn(), of: 'r1', controls: OF_REPLY },
  'a reply, offline': { prepare: turn(), act: away, of: 'r1', controls: OF_REPLY },
  'a reply that is being written': { prepare: turn(running), of: 'r1', controls: ['Copy', 'Stop the reply'] },
  'a reply that was being written when the server went': {
    prepare: turn(running),
    act: away,
    of: 'r1',
    controls: ['Copy'],
  },
  'a reply that was cut off': { prepare: turn(cut), of: 'r1', controls: ['Retry', 'Continue', ...OF_REPLY] },
  'a reply that was cut off, offline': {
    prepare: turn(cut),
    act: away,
    of: 'r1',
    controls: ['Retry', 'Continue', ...OF_REPLY],
  },
  'a reply that was cut off before its first word': {
    prepare: turn(cut, ''),
    of: 'r1',
    controls: ['Retry', ...EMPTY_REPLY],
  },
  'a failed reply': { prepare: turn(failed('ollama_unreachable'), ''), of: 'r1', controls: ['Retry', ...EMPTY_REPLY] },
  'a reply whose model is missing': {
    prepare: turn({ ...failed('model_missing'), model: 'gone' }, ''),
    of: 'r1',
    controls: ['Install gone', 'Use another model', 'Retry', ...EMPTY_REPLY],
  },
  'a reply of thoughts alone': { prepare: turn(failed('only_thought')), of: 'r1', controls: ['Retry', ...OF_REPLY] },
  'a stopped reply': { prepare: turn({ status: 'stopped' }), of: 'r1', controls: ['Retry', 'Continue', ...OF_REPLY] },
  'a reply stopped before its first word': {
    prepare: turn({ status: 'stopped' }, ''),
    of: 'r1',
    controls: ['Retry', ...EMPTY_REPLY],
  },
  'a reply without a word': { prepare: turn({}, ''), of: 'r1', controls: EMPTY_REPLY },
  'a failed reply without a question': {
    prepare: (s) => reply(s, 'r1', { ...failed('ollama_unreachable'), parent_id: 'talk' }),
    of: 'r1',
    controls: NOT_ASKED,
  },
  'a stopped reply to a deleted question': {
    prepare: (s) => {
      s.say('q1', { deleted_at: GONE });
      reply(s, 'r1', { status: 'stopped' });
    },
    of: 'r1',
    controls: NOT_ASKED,
  },
  'a reply of which there is an older one': {
    prepare: (s) => {
      turn()(s);
      reply(s, 'r2');
    },
    of: 'r2',
    controls: ['Previous version', ...OF_REPLY],
  },
  'a reply of which there is a newer one that nobody talked on': {
    prepare: (s) => {
      turn()(s);
      reply(s, 'r2');
      s.say('q2', { parent_id: 'r1' });
    },
    of: 'r1',
    controls: ['Next version', ...OF_REPLY],
  },
  'a deleted one of two replies': {
    prepare: (s) => {
      turn()(s);
      reply(s, 'r2', { deleted_at: GONE });
      s.say('q2', { parent_id: 'r2' });
    },
    of: 'r2',
    controls: ['Restore', 'Previous version'],
  },
  'a forgotten one of two replies': {
    prepare: (s) => {
      turn()(s);
      reply(s, 'r2', { deleted_at: GONE, forgotten_at: GONE }, '');
      s.say('q2', { parent_id: 'r2' });
    },
    of: 'r2',
    controls: ['Previous version'],
  },
  'a reply whose retry was refused': {
    prepare: turn(),
    act: refusing('retry$', ({ client }) => client.actions.retry('r1')),
    of: 'r1',
    controls: ['Discard', 'Try again', 'Copy'],
  },
  'a reply whose deletion was refused': {
    prepare: turn(),
    act: refusing('^delete', ({ client }) => client.actions.deleteMessage('r1')),
    of: 'r1',
    controls: ['Discard', 'Try again', 'Copy'],
  },
  'a reply to be written again, offline': {
    prepare: turn(),
    act: offline(({ client }) => behind(client, 'retry', 'r1')),
    of: 'r1',
    controls: ['Take back', ...NOT_ASKED],
  },
  'a reply to go on, offline': {
    prepare: turn({ status: 'stopped' }),
    act: offline(({ client }) => behind(client, 'continueReply', 'r1')),
    of: 'r1',
    controls: ['Take back', ...NOT_ASKED],
  },
  'a reply of a Locrit that rests': {
    prepare: silent({ active: false }),
    of: 'r1',
    controls: [...NOT_ASKED, 'Open settings'],
  },
  'a question to a Locrit that does not talk with people': {
    prepare: silent({ open_to: { humans: false } }),
    of: 'q1',
    controls: [...OF_QUESTION, 'Open settings'],
  },
  'nothing, all being deleted': {
    prepare: turn({ deleted_at: GONE }),
    act: ({ client }) => client.actions.deleteMessage('q1'),
    of: 'q1',
    controls: ['Bring back the last message', 'Open the trash'],
  },
  'a copy of a conversation, offline': {
    prepare: turn(),
    act: offline(({ press }) => press('r1', 'Fork from here')),
    of: 'r1',
    controls: [],
  },
};
