import { beforeEach, expect, test } from 'vitest';
import { eventually } from '../../tests/fakes/eventually';
import { refused } from '../../tests/fakes/refused';
import { anArtifact } from '../../tests/fakes/rows';
import { FakeServer } from '../../tests/fakes/server';
import { FakeTransport } from '../../tests/fakes/transport';
import { StoredArtifacts } from './artifacts';
import { LocritDb } from './db';
import { Outbox } from './outbox';
import { classifyError } from './policy';
import { Store } from './store';
import type { Artifact } from './types';

/** It has one artifact, and refuses edits of what it does not say any more. */
class ArtifactServer extends FakeServer {
  artifact: Artifact | undefined = anArtifact({});

  override handle(...[method, path, call]: Parameters<FakeServer['handle']>): unknown {
    if (!path.includes('/artifacts')) return super.handle(method, path, call);
    const { rev, op_id: _, ...changes } = call.body ?? {};
    if (this.artifact === undefined) throw refused(404, 'not_found');
    if (method === 'delete') this.artifact = { ...this.artifact, deleted_at: '2027-01-02T00:00:00.000Z' };
    if (method !== 'patch') return this.artifact;
    if (rev !== undefined && rev !== this.artifact.rev) throw refused(409, 'conflict');
    this.artifact = { ...this.artifact, ...changes, rev: this.artifact.rev + 1, version: this.artifact.version + 1 };
    return this.artifact;
  }
}

let numbered = 0;
let server: ArtifactServer;
let transport: FakeTransport;
let store: Store;
let artifacts: StoredArtifacts;

beforeEach(async () => {
  server = new ArtifactServer();
  transport = new FakeTransport(server);
  transport.connectivity.set('online');
  store = new Store(new LocritDb(`artifacts ${numbered++}`));
  artifacts = new StoredArtifacts(store, transport);
  await artifacts.load('a1');
});

async function one() {
  const found = await artifacts.one('a1');
  if (found === undefined) throw new Error('it is not here');
  return found;
}

function connected() {
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
  outbox.start();
  return outbox;
}

test('edits are kept here at once, seen, and follow each other to the server', async () => {
  await artifacts.edit(await one(), { content: 'two' });
  expect(await one()).toMatchObject({ content: 'two', version: 2, state: 'queued', base: { content: '<p>12:00' } });
  await artifacts.edit((await one()).base, { content: 'three' });
  expect(await one()).toMatchObject({ content: 'three', version: 3 });
  const outbox = connected();
  await eventually(async () => expect(await one()).toMatchObject({ content: 'three', state: 'saved', rev: 3 }));
  expect(server.artifact).toMatchObject({ content: 'three', version: 3 });
  outbox.stop();
});

test('an edit that lost waits for a decision, and goes over the other one when a person says so', async () => {
  await artifacts.edit(await one(), { content: 'mine' });
  server.artifact = anArtifact({ content: 'theirs', rev: 2, version: 2 });
  const outbox = connected();
  await eventually(async () => expect(await one()).toMatchObject({ content: 'mine', state: 'rejected' }));
  await artifacts.insist((await one()).opId ?? '');
  await eventually(async () => expect(await one()).toMatchObject({ content: 'mine', state: 'saved' }));
  expect(server.artifact).toMatchObject({ content: 'mine', version: 3 });
  outbox.stop();
});

test('what is forgotten leaves this browser, with its message or by itself', async () => {
  const told = { scope: 'user:local', seq: 1, rev: 2, op_id: null, payload: {} };
  for (const change of [
    { ...told, type: 'artifact.forgotten' as const, entity_id: 'a1' },
    { ...told, type: 'message.forgotten' as const, entity_id: 'm1' },
  ]) {
    await artifacts.load('a1');
    await store.cache.reset({ scope: 'user:local', seq: 0 });
    await store.cache.apply('user:local', [change]);
    expect(await artifacts.one('a1')).toBeUndefined();
  }
});

test('what it said before is seen without the server, as far as this browser has seen it, until it is forgotten', async () => {
  for (const version of [2, 3])
    await store.cache.put({ artifacts: [anArtifact({ version, rev: version, content: `${version}` })] });
  transport.disconnect();
  expect((await artifacts.versions('a1')).map(({ version, content }) => [version, content])).toEqual([
    [3, '3'],
    [2, '2'],
    [1, '<p>12:00'],
  ]);
  const forgotten_at = '2027-01-01T00:00:00.000Z';
  await store.cache.put({ artifacts: [anArtifact({ version: 3, rev: 4, content: '', forgotten_at })] });
  expect(JSON.stringify(await store.db.artifacts.toArray())).not.toContain('12:00');
});
