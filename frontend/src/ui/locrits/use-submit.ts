import { useState } from 'react';
import { ApiError, type Failure } from '../../core';

/** Runs one save at a time and keeps why it was refused, until the next. */
export function useSubmit() {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(save: () => Promise<void>): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      await save();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error.failure);
    } finally {
      setBusy(false);
    }
  }

  return { failure, busy, submit };
}
