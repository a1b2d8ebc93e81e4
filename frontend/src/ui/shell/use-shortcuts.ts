import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { useClient } from '../app-context';
import { isLayerOpen, isTyping, letterOf, modifiersOf, onMac } from '../keys';
import { paths } from '../paths';
import { useRouteParams } from '../route-params';

interface Actions {
  openPalette: () => void;
  openShortcuts: () => void;
}

export function useShortcuts({ openPalette, openShortcuts }: Actions): void {
  const client = useClient();
  const navigate = useNavigate();
  const { locrit, conversationId } = useRouteParams();

  useEffect(() => {
    async function move(step: number) {
      const next = await client.conversationBeside(conversationId, step, { locrit });
      if (next) navigate(paths.chat(next.locrit_name, next.conversation_id));
    }

    function onKeyDown(event: KeyboardEvent) {
      const action = event.defaultPrevented || isLayerOpen() ? undefined : actionOf(event);
      if (!action) return;
      event.preventDefault();
      action();
    }

    function actionOf(event: KeyboardEvent): (() => void) | undefined {
      const held = modifiersOf(event);
      const typing = isTyping(event.target);
      if ((held === 'Ctrl' || held === 'Meta') && letterOf(event) === 'k') return openPalette;
      if (held === 'Alt' && event.key === 'ArrowUp') return () => void move(-1);
      if (held === 'Alt' && event.key === 'ArrowDown') return () => void move(1);
      // On a Mac, Option and N begin an ñ.
      if (held === 'Alt' && letterOf(event) === 'n' && locrit && !(typing && onMac()))
        return () => navigate(paths.chat(locrit));
      if ((held === '' || held === 'Shift') && event.key === '?' && !typing) return openShortcuts;
      return undefined;
    }

    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [client, navigate, locrit, conversationId, openPalette, openShortcuts]);
}
