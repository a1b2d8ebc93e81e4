import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { Outlet, useLocation, useNavigationType } from 'react-router';
import { useClient, useConnection, useSignal } from '../app-context';
import { ErrorBoundary } from '../ErrorBoundary';
import { useInputMethodGate } from '../keys';
import { Sheet } from '../kit/Dialog';
import { later } from '../kit/later';
import { OlderOffer } from '../older/OlderOffer';
import { useText } from '../text/text';
import { Palette } from './Palette';
import { Shortcuts } from './Shortcuts';
import { Sidebar } from './Sidebar';
import { ShellContext } from './shell-context';
import { useFocusKept } from './use-focus-kept';
import { useIsWide } from './use-is-wide';
import { useShortcuts } from './use-shortcuts';

/** Nothing depends on it: where it cannot be had, it is not shown. */
const JobsBar = later(
  () => import('./JobsBar'),
  () => null,
);

/** The server tells of jobs, and has then what shows them. */
function Jobs() {
  const isAny = useSignal(useClient().jobs).length > 0;
  return isAny ? (
    <Suspense fallback={null}>
      <JobsBar />
    </Suspense>
  ) : null;
}

export function Shell() {
  const t = useText();
  const [sidebar, setSidebar] = useState(false);
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const isWide = useIsWide();
  const listed = useFreshLists();
  const shell = useMemo(
    () => ({
      listed,
      openSidebar: () => setSidebar(true),
      openPalette: () => setPalette(true),
      openShortcuts: () => setShortcuts(true),
    }),
    [listed],
  );
  const { pathname } = useLocation();
  const isSamePage = useNavigationType() === 'REPLACE'; // a Locrit was renamed, and its address follows
  // biome-ignore lint/correctness/useExhaustiveDependencies: having gone somewhere, the sheet has done its work.
  useEffect(() => {
    if (!isSamePage) setSidebar(false);
  }, [pathname]);
  const page = useRef<HTMLElement>(null);
  useInputMethodGate();
  useFocusKept(page, pathname);
  useShortcuts(shell);
  return (
    <ShellContext.Provider value={shell}>
      <a
        href="#content"
        className="absolute top-2 left-2 z-50 -translate-y-16 rounded-s bg-ink px-3 py-2 text-paper text-sm focus:translate-y-0"
      >
        {t.skip}
      </a>
      <div className="grid h-full wide:grid-cols-[280px_minmax(0,1fr)]">
        {isWide && (
          <div className="min-h-0 border-line border-r">
            <Sidebar />
          </div>
        )}
        <div className="flex min-h-0 min-w-0 flex-col">
          <Jobs />
          <OlderOffer />
          <main ref={page} id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-hidden">
            <ErrorBoundary resetKey={pathname}>
              <Outlet />
            </ErrorBoundary>
          </main>
        </div>
      </div>
      <Sheet open={sidebar && !isWide} onOpenChange={setSidebar} title={t.nav.label}>
        <Sidebar />
      </Sheet>
      <Palette open={palette} onOpenChange={setPalette} />
      <Shortcuts open={shortcuts} onOpenChange={setShortcuts} />
    </ShellContext.Provider>
  );
}

/** The list comes from this browser at once and from the server as soon as it answers; true from then on. */
function useFreshLists(): boolean {
  const [listed, setListed] = useState(false);
  const client = useClient();
  const online = useConnection().state === 'online';
  useEffect(() => {
    if (!online) return;
    const later = () => undefined; // Shown from the cache; asked again when the connection returns.
    client.refreshConversations().then(() => setListed(true), later);
  }, [client, online]);
  return listed;
}
