import { useState } from 'react';

/**
 * Which of a list is chosen, by its id: it stays the one, whatever comes and goes beside it. When it goes itself, none is
 * chosen, and the next step is to what stands beside its place. `first` (−1: none) until somebody chooses.
 */
export function useChoice(ids: readonly string[], first: number) {
  const [chosen, setChosen] = useState<{ id: string; at: number }>();
  const at = chosen ? ids.indexOf(chosen.id) : Math.min(first, ids.length - 1);
  if (chosen && at >= 0 && at !== chosen.at) setChosen({ ...chosen, at });

  /** Counted from the end where it is negative; none without. */
  function choose(to?: number): string | undefined {
    const id = to === undefined ? undefined : ids.at(to);
    setChosen(id === undefined ? undefined : { id, at: ids.indexOf(id) });
    return id;
  }

  /** To the next one, or the one before; around the ends. */
  function step(by: 1 | -1): string | undefined {
    if (ids.length === 0) return undefined;
    const place = chosen ? Math.min(chosen.at, ids.length) : 0; // of the one that is gone, or of the first
    const from = at >= 0 ? at : by > 0 ? place - 1 : place;
    return choose((from + by) % ids.length);
  }

  return { at, isChosen: chosen !== undefined, choose, step };
}
