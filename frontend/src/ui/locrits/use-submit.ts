import { useState } from 'react';
import { ApiError, type Failure } from '../../core';

/**
 * Runs one save at a time and keeps why it was refused, until the next of the same. Where several things are done in one
 * place, `what` tells them apart: that one is done says nothing of another one that was refused.
 */
export function useSubmit() {
  const [refused, setRefused] = useState<{ what: string; failure: Failure }[]>([]);
  const [busy, setBusy] = useState(false);

  async function submit(save: () => Promise<void>, what = ''): Promise<void> {
    setBusy(true);
    setRefused((before) => before.filter((each) => each.what !== what));
    try {
      await save();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefused((before) => [...before, { what, failure: error.failure }]);
    } finally {
      setBusy(false);
    }
  }

  return { failure: refused.at(-1)?.failure ?? null, busy, submit };
}
