import { useEffect } from 'react';
import { useClient, useSignal } from './app-context';

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
