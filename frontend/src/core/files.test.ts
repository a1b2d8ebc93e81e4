import { expect, test } from 'vitest';
import { eventually } from '../../tests/fakes/eventually';
import { FakeServer } from '../../tests/fakes/server';
import { FakeTransport } from '../../tests/fakes/transport';
import { LocritDb } from './db';
import { Files, MAX_FILE_BYTES } from './files';
import { Store } from './store';

const DAY_MS = 86_400_000;

function begin(name: string) {
  const store = new Store(new LocritDb(name));
  const transport = new FakeTransport(new FakeServer());
  const clock = { now: 0 };
  return { store, transport, clock, files: new Files(store.db, store.quota, transport, () => clock.now) };
}

const file = (name: string, size = 3) => new File([new Uint8Array(size)], name, { type: 'text/plain' });
const uploads = (transport: FakeTransport) => transport.log.filter((line) => line.startsWith('upload'));

test('a file is kept with its draft, uploaded at once, and goes when its message is on the server', async () => {
  const { transport, files } = begin('files-1');
  transport.connectivity.set('online');
  await files.add('draft', [file('a.txt'), file('b.txt')]);
  await eventually(async () => expect((await files.of('draft')).every(({ part }) => part)).toBe(true));
  const parts = await files.take('draft');
  expect(parts).toMatchObject([
    { type: 'file', name: 'a.txt', size: 3 },
    { type: 'file', name: 'b.txt', size: 3 },
  ]);
  const ids = parts.map(({ id }) => id);
  await files.leave(ids);
  expect(await files.of('draft')).toEqual([]);
  await files.ready(ids);
  expect(uploads(transport)).toHaveLength(2);
  await files.sent(ids);
  expect(await files.get(ids[0] ?? '')).toBeUndefined();
});

test('what was given offline is uploaded before its message goes, and again where the server lost it', async () => {
  const { transport, files } = begin('files-2');
  transport.connectivity.set('offline');
  await files.add('draft', [file('a.txt')]);
  await eventually(async () => expect(uploads(transport)).toHaveLength(1));
  const [{ id } = { id: '' }] = await files.take('draft');
  await expect(files.ready([id])).rejects.toMatchObject({ status: 0 });
  transport.connectivity.set('online');
  await files.ready([id]);
  expect((await files.get(id))?.part).toMatchObject({ id, name: 'a.txt' });
  await transport.api.delete('/api/v2/attachments/{attachment_id}', { params: { path: { attachment_id: id } } });
  await files.ready([id]);
  expect(uploads(transport)).toHaveLength(4);
});

test('what is too large or empty is said at once, and not sent; an eleventh file is refused', async () => {
  const { transport, files } = begin('files-3');
  transport.connectivity.set('online');
  await files.add('draft', [file('large.txt', MAX_FILE_BYTES + 1), file('empty.txt', 0)]);
  expect((await files.of('draft')).map(({ problem }) => problem?.code)).toEqual(['file_too_large', 'file_empty']);
  expect(uploads(transport)).toEqual([]);
  const more = Array.from({ length: 9 }, (_, n) => file(`${n}.txt`));
  await expect(files.add('draft', more)).rejects.toMatchObject({ code: 'too_many_files' });
});

test('a draft that moves takes its files along, and what belongs to nothing goes after a day', async () => {
  const { store, clock, files } = begin('files-4');
  await files.add('new:bob', [file('a.txt'), file('b.txt')]);
  await files.move('new:bob', 'c1');
  const [a, b] = await files.of('c1');
  await files.leave([a?.id ?? '', b?.id ?? '']);
  const part = { type: 'file' as const, id: a?.id ?? '', name: 'a.txt', media_type: 'text/plain', size: 3 };
  const place = { conversation_id: 'c1', message_id: 'm', locrit_name: 'Bob' };
  await store.queue.add({ type: 'message.send', ...place, content: 'hi', files: [part] });
  await files.sweep();
  expect(await store.db.files.count()).toBe(2);
  clock.now = 2 * DAY_MS;
  await files.sweep();
  expect((await store.db.files.toArray()).map(({ name }) => name)).toEqual(['a.txt']);
});
