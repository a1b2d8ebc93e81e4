import { act, renderHook } from '@testing-library/react';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { useChoice } from './use-choice';

const change = fc.oneof(
  fc.record({ do: fc.constant('arrive' as const), at: fc.nat(10) }),
  fc.record({ do: fc.constant('leave' as const), at: fc.nat(10) }),
  fc.record({ do: fc.constant('turn' as const), at: fc.nat(10) }),
);

/** What the list is after it. */
function changed(ids: readonly string[], { do: what, at }: { do: string; at: number }, next: string) {
  const place = ids.length ? at % ids.length : 0;
  if (what === 'arrive') return ids.toSpliced(place, 0, next);
  if (what === 'leave') return ids.toSpliced(place, 1);
  return [...ids.slice(place), ...ids.slice(0, place)];
}

it.each([0, -1])('what is chosen of a list stays the one whatever comes and goes, from %d on', (first) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.nat(5),
      fc.array(change, { maxLength: 8 }),
      (length, pick, changes) => {
        let ids: readonly string[] = Array.from({ length }, (_, n) => `id ${n}`);
        const { result, rerender, unmount } = renderHook(({ list }) => useChoice(list, first), {
          initialProps: { list: ids },
        });
        const chosen = ids[pick % length];
        act(() => void result.current.choose(pick % length));
        for (const [n, each] of changes.entries()) {
          const before = ids;
          ids = changed(ids, each, `new ${n}`);
          rerender({ list: ids });
          expect(ids[result.current.at]).toBe(ids.includes(chosen ?? '') ? chosen : undefined);
          if (!before.includes(chosen ?? '') || ids.includes(chosen ?? '') || ids.length === 0) continue;
          const place = before.indexOf(chosen ?? ''); // it has just gone: one goes on from its place
          act(() => void result.current.step(1));
          expect(ids[result.current.at]).toBe(ids[place % ids.length]);
          break;
        }
        unmount();
      },
    ),
  );
});

it('steps around the ends, from the first or from none', () => {
  const { result } = renderHook(() => useChoice(['a', 'b', 'c'], -1));
  expect(result.current).toMatchObject({ at: -1, isChosen: false });
  act(() => void result.current.step(-1));
  expect(result.current.at).toBe(2);
  act(() => void result.current.step(1));
  expect(result.current.at).toBe(0);
  act(() => void result.current.step(-1));
  expect(result.current.at).toBe(2);
  act(() => void result.current.choose());
  act(() => void result.current.step(1));
  expect(result.current.at).toBe(0);
});
