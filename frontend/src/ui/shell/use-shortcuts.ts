import { useEffect } from 'react';
import { useMatch, useNavigate } from 'react-router';
import { useLocritName } from '../address';
import { useClient } from '../app-context';
import { paths } from '../paths';

interface Actions {
  openPalette: () => void;
  openShortcuts: () => void;
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The Locrit and conversation that the address names; `chat` when it is a page to talk on. */
export function useHere(): { locrit?: string; conversationId?: string; chat: boolean } {
  const locrit = useLocritName();
  const short = useMatch('/chat/:name');
  const chat = useMatch('/my-locrits/:name/chat/:conversationId?');
  return {
    locrit,
    conversationId: chat?.params.conversationId,
    chat: Boolean(chat ?? short),
  };
}

export function useShortcuts({ openPalette, openShortcuts }: Actions): void {
  const client = useClient();
  const navigate = useNavigate();
  const { locrit, conversationId } = useHere();

  useEffect(() => {
    async function move(step: number) {
      const next = await client.conversationBeside(conversationId, step, { locrit });
      if (next) navigate(paths.chat(next.locrit_name, next.conversation_id));
    }

    function onKeyDown(event: KeyboardEvent) {
      const action = actionOf(event);
      if (!action) return;
      event.preventDefault();
      action();
    }

    function actionOf(event: KeyboardEvent): (() => void) | undefined {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') return openPalette;
      if (event.altKey && event.key === 'ArrowUp') return () => void move(-1);
      if (event.altKey && event.key === 'ArrowDown') return () => void move(1);
      if (event.altKey && event.code === 'KeyN' && locrit) return () => navigate(paths.chat(locrit));
      if (event.key === '?' && !isTyping(event.target)) return openShortcuts;
      return undefined;
    }

    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [client, navigate, locrit, conversationId, openPalette, openShortcuts]);
}
