import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Step, TABS, World } from '../../tests/fakes/chaos';
import type { Fate } from '../../tests/fakes/transport';

const RUNS = Number(process.env.RUNS ?? 25);
const SEED = Number(process.env.SEED ?? 1);

const tabs = fc.nat({ max: TABS - 1 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom('send', 'branch', 'follow', 'edit', 'delete', 'restore', 'forget', 'rename', 'reload'),
      tab: tabs,
    } as const),
    fc.record({
      do: fc.constantFrom('call', 'call', 'make', 'answer', 'answer', 'redraw', 'throw away', 'forget reply'),
      tab: tabs,
    } as const),
    fc.record({ do: fc.constantFrom('cut', 'connect', 'deafen', 'fill', 'free'), tab: tabs } as const),
    fc.record({
      do: fc.constant('fail' as const),
      tab: tabs,
      fate: fc.constantFrom<Fate>('lost', 'lost', 'broken', 'offline'),
    }),
    fc.record({ do: fc.constant('wait' as const), tab: tabs }),
  ),
  { minLength: 5, maxLength: 25 },
);

test(
  'whatever fails on the way, every message is said once and all tabs end up equal',
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const world = new World();
        try {
          await world.start();
          for (const step of script) await world.take(step);
          await world.heal();
          expect(world.everSaid().sort()).toEqual(world.expected());
          expect(await world.remains()).toEqual([]);
        } finally {
          await world.end();
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  },
  90_000 + RUNS * 2_400,
);
