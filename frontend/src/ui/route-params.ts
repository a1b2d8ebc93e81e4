import { useLocation, useMatch } from 'react-router';

const NAMED = /^\/(?:my-locrits|chat)\/([^/]+)/;

/** The name of the Locrit in the address. Not by `useParams`, for which a name with `%2F` in it has a slash. */
export function useLocritName(): string | undefined {
  const { pathname } = useLocation();
  const part = NAMED.exec(pathname)?.[1];
  return part === undefined ? undefined : decoded(part);
}

/** The Locrit and conversation that the address names; `chat` when it is a page to talk on. */
export function useRouteParams(): { locrit?: string; conversationId?: string; chat: boolean } {
  const locrit = useLocritName();
  const short = useMatch('/chat/:name');
  const chat = useMatch('/my-locrits/:name/chat/:conversationId?');
  return {
    locrit,
    conversationId: chat?.params.conversationId,
    chat: Boolean(chat ?? short),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // typed by hand: it leads to no Locrit
  }
}
