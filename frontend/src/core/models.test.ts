import { expect, test } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock';
import { Models } from './models';
import type { Transport } from './transport';
import type { ModelList, ModelPull, ModelState } from './types';

const READY: ModelState = { provider: 'ollama', status: 'ready', detail: '', host: null, version: null };
const PULL: ModelPull = {
  host: '',
  model: 'a:1b',
  status: 'running',
  completed: 1,
  total: 10,
  error: null,
  next_try_at: null,
};

function heard(pulls: ModelPull[] = []) {
  const list: ModelList = {
    success: true,
    models: [],
    loaded: [],
    default: '',
    default_error: null,
    state: READY,
    pulls,
    hosts: [],
    settings: { id: 'server', default_model: '', meaning: '', options: {}, rev: 0, created_at: '', updated_at: '' },
    fixed: {},
    has_encoder: false,
  };
  const asked: ((list: ModelList) => void)[] = [];
  const refuse: ((error: Error) => void)[] = [];
  const get = () =>
    new Promise<ModelList>((answer, reject) => {
      asked.push(answer);
      refuse.push(reject);
    });
  const states: ModelState[] = [];
  const clock = new FakeClock();
  const transport = { api: { get } } as unknown as Transport;
  const models = new Models(transport, clock, (state) => states.push(state));
  return { models, asked, refuse, states, list, clock, pulls: () => models.known.get().list?.pulls };
}

test('one answer tells the models, their state and what is being installed', async () => {
  const { models, asked, states, list, pulls } = heard([PULL]);
  const connected = models.connected();
  asked[0]?.(list);
  await connected;
  await models.look(); // a moment ago
  expect([asked.length, states, pulls()]).toEqual([1, [READY], [PULL]]);
});

test('what is told meanwhile is newer than an answer', async () => {
  const { models, asked, list, pulls } = heard([PULL]);
  const first = models.connected();
  asked[0]?.(list);
  await first;
  const refreshed = models.refresh();
  await models.pull({ ...PULL, completed: 5 });
  asked[1]?.(list);
  await refreshed;
  expect(pulls()).toEqual([{ ...PULL, completed: 5 }]);
});

test('what is cancelled is off the list, and what is done is looked for', async () => {
  const { models, asked, list, pulls } = heard([PULL, { ...PULL, model: 'b:1b' }]);
  const connected = models.connected();
  asked[0]?.(list);
  await connected;
  await models.pull({ ...PULL, status: 'cancelled' });
  expect(pulls()?.map(({ model }) => model)).toEqual(['b:1b']);
  void models.pull({ ...PULL, model: 'b:1b', status: 'done' });
  expect(asked.length).toBe(2);
});

test('another provider has other models', async () => {
  const { models, asked, list } = heard();
  const connected = models.connected();
  asked[0]?.(list);
  await connected;
  void models.state(READY);
  expect(asked.length).toBe(1);
  void models.state({ ...READY, status: 'unavailable' });
  expect(asked.length).toBe(2);
});

test('that the list could not be had is said until it can, whatever is told of what is being installed', async () => {
  const { models, asked, refuse, list } = heard([PULL]);
  const first = models.connected();
  asked[0]?.(list);
  await first;
  const refreshed = models.refresh();
  refuse[1]?.(new Error('away'));
  await expect(refreshed).rejects.toThrow('away');
  await models.pull({ ...PULL, completed: 5 });
  expect(models.known.get().failed).toBe(true);
  const again = models.refresh();
  asked[2]?.(list);
  await again;
  expect(models.known.get().failed).toBe(false);
});

test('an earlier question that fails says nothing of a later one', async () => {
  const { models, asked, refuse, list } = heard();
  const [first, second] = [models.refresh(), models.refresh()];
  asked[1]?.(list);
  await second;
  refuse[0]?.(new Error('away'));
  await expect(first).rejects.toThrow('away');
  expect(models.known.get().failed).toBe(false);
});
