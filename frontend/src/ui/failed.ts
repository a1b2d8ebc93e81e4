import { useCallback } from 'react';
import { toast } from 'sonner';
import { ApiError } from '../core';
import { inWords } from './text/failures';
import { useText } from './text/text';

/** Says what failed, what to do, and the code to ask others about. */
export function useTellFailure(): (error: ApiError) => void {
  const { failures } = useText();
  return useCallback(
    (error) => {
      const { message, hint, code } = inWords(error.failure, failures);
      toast.error(message, { id: code, description: `${hint} (${code})` });
    },
    [failures],
  );
}

/** False, and said, when what was written could not be kept: then the text must stay on the page. */
export function useKept(): (written: Promise<unknown>) => Promise<boolean> {
  const tell = useTellFailure();
  return useCallback(
    async (written) => {
      try {
        await written;
        return true;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        tell(error);
        return false;
      }
    },
    [tell],
  );
}
