import { act, renderHook } from '@testing-library/react';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ApiError } from '../../core';
import { useSubmit } from './use-submit';

const attempt = fc.record({ what: fc.constantFrom('invite', 'revoke', undefined), isRefused: fc.boolean() });

it('says why something was refused until that is done, whatever else is done', async () => {
  const attempts = fc.array(attempt, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(attempts, async (tries) => {
      const { result, unmount } = renderHook(useSubmit);
      let refused: string[] = []; // the newest last
      for (const { what, isRefused } of tries) {
        const name = String(what);
        const save = async () => {
          if (isRefused) throw new ApiError({ code: name, message: '', hint: '' });
        };
        await act(() => result.current.submit(save, what));
        refused = [...refused.filter((other) => other !== name), ...(isRefused ? [name] : [])];
        expect(result.current.failure?.code).toBe(refused.at(-1));
      }
      unmount();
    }),
    { numRuns: 50 },
  );
});
