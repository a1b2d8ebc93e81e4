import { useSyncExternalStore } from 'react';

/** From the breakpoint `wide` of theme/tokens.css on. */
export const WIDE = '(min-width: 900px)';

/** Whether the sidebar has room beside the page; else it is a sheet, and made when it is opened. */
export function useIsWide(): boolean {
  return useSyncExternalStore(onChange, () => matchMedia(WIDE).matches);
}

function onChange(changed: () => void): () => void {
  const wide = matchMedia(WIDE);
  wide.addEventListener('change', changed);
  return () => wide.removeEventListener('change', changed);
}
