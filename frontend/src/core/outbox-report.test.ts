import { expect, test } from 'vitest';
import { eventually } from '../../tests/fakes/eventually';
import { clock, conversation, drained, open } from '../../tests/fakes/tab';

const LOOK_EVERY_MS = 10_000;

test('what waits long is told to the server, and once that it waits no longer', async () => {
  const one = open();
  clock.advance(Date.now() - clock.now());
  const id = await conversation(one);
  one.transport.connected = true;
  clock.advance(LOOK_EVERY_MS);
  one.outbox.stop(); // so that it waits
  await one.actions.send(id, 'hello');
  one.transport.fates = Array(20).fill('broken');
  one.outbox.start();
  await eventually(
    () => expect(one.transport.reports.length).toBeGreaterThan(0),
    () => clock.advance(LOOK_EVERY_MS),
  );
  expect(one.transport.reports[0]?.oldest_ms).toBeGreaterThanOrEqual(5_000);
  one.transport.fates = [];
  await drained();
  await eventually(
    () => expect(one.transport.reports.at(-1)).toEqual({}),
    () => clock.advance(LOOK_EVERY_MS),
  );
  const told = one.transport.reports.length;
  clock.advance(5 * LOOK_EVERY_MS);
  await eventually(() => expect(one.transport.reports).toHaveLength(told));
});
