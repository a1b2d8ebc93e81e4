interface PageEvents {
  shown: () => void;
  /** It may be about to go. */
  hidden: () => void;
  /** The browser says that there is a network, which may be so. */
  online: () => void;
}

/** Tells what becomes of the page, until the returned function is called. */
export function watchPage({ shown, hidden, online }: PageEvents): () => void {
  const { document, window } = globalThis;
  const ends = [
    whenever('visibilitychange', document, () => (document.visibilityState === 'visible' ? shown() : hidden())),
    whenever('pagehide', window, hidden),
    whenever('pageshow', window, shown),
    whenever('online', window, online),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function whenever(event: string, target: EventTarget | undefined, action: () => void): () => void {
  target?.addEventListener(event, action);
  return () => target?.removeEventListener(event, action);
}
