import { useEffect } from 'react';
import { useText } from './text/text';

/** Names the browser tab while the component is shown. */
export function useTitle(title: string): void {
  const { app } = useText();
  useEffect(() => {
    document.title = title ? `${title} · ${app}` : app;
  }, [title, app]);
}
