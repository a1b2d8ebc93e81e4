import { expect, test } from 'vitest';
import { eventually } from '../../tests/fakes/eventually';
import { FakeServer } from '../../tests/fakes/server';
import { FakeTransport } from '../../tests/fakes/transport';
import { optimistic } from './commands';
import { LocritDb } from './db';
import { Outbox } from './outbox';
import { Draft } from './parts';
import { classifyError } from './policy';
import { NO_ROWS } from './rows';
import { Store } from './store';
import type { ChangeEvent } from './types';

const note = { id: 'n', title: 'made up', created_at: '', updated_at: '', deleted_at: null, forgotten_at: null };

class NoteServer extends FakeServer {
  override handle(...[method, path, call]: Parameters<FakeServer['handle']>): unknown {
    return path === '/api/v2/notes' ? { ...note, title: call.body.title, rev: 1 } : super.handle(method, path, call);
  }
}

test('a reply grows a part of a kind that only the server names', () => {
  const draft = new Draft({ content: '' });
  for (const piece of [
    { kind: 'mood' as const, content: 'gl' },
    { kind: 'mood' as const, content: 'ad' },
    { content: 'Fine.' },
  ])
    draft.add(piece);
  expect(draft.body()).toEqual({ content: 'Fine.', parts: [{ type: 'mood', text: 'glad' }, { type: 'text' }] });
});

test('a note is kept here, sent, and follows what the server tells', async () => {
  const store = new Store(new LocritDb('notes'));
  const transport = new FakeTransport(new NoteServer());
  transport.connectivity.set('online');
  const outbox = new Outbox({
    store,
    transport,
    leadership: { start: (changed) => changed(), held: () => true, stop: () => {} },
    clock: { now: () => 0, after: () => () => {} },
    random: () => 0,
    classifyError,
    done: () => {},
    awaits: () => {},
  });
  await store.queue.add({ type: 'note.save', id: 'n', title: 'made up' });
  const [entry] = await store.queue.pending();
  expect(entry && optimistic(NO_ROWS, entry)).toMatchObject({ notes: [{ id: 'n', title: 'made up', rev: 0 }] });

  outbox.start();
  await eventually(async () => expect(await store.queue.pending()).toEqual([]));
  const kept = () => store.db.table('notes').get('n');
  expect(await kept()).toMatchObject({ title: 'made up', rev: 1 });

  const change: ChangeEvent = {
    scope: 'user:local',
    seq: 1,
    type: 'note.updated',
    entity_id: 'n',
    rev: 2,
    op_id: null,
    payload: { ...note, title: 'made up again', rev: 2 },
  };
  await store.cache.reset({ scope: 'user:local', seq: 0 });
  expect(await store.cache.apply('user:local', [change])).toBe(false);
  expect(await kept()).toMatchObject({ title: 'made up again', rev: 2 });
  outbox.stop();
});
