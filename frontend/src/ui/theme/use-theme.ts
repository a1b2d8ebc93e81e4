import { useEffect, useSyncExternalStore } from 'react';
import { useClient, useSignal } from '../app-context';

const DARK = '(prefers-color-scheme: dark)';

/** Carries the chosen theme to the root element, as public/theme.js did before the first paint. Returns what is shown. */
export function useTheme(): 'light' | 'dark' | 'system' {
  const theme = useSignal(useClient().theme);
  useEffect(() => {
    const system = matchMedia(DARK);
    const apply = () => {
      const dark = theme === 'dark' || (theme === 'system' && system.matches);
      document.documentElement.classList.toggle('dark', dark);
      document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
    };
    apply();
    system.addEventListener('change', apply);
    return () => system.removeEventListener('change', apply);
  }, [theme]);
  return theme;
}

/** Whether the page is dark at this moment, for pictures that have no part in its styles. */
export function useDark(): boolean {
  return useSyncExternalStore(onRootChange, () => document.documentElement.classList.contains('dark'));
}

function onRootChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['class'] });
  return () => observer.disconnect();
}
