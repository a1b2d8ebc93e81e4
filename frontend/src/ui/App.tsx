import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { BrowserRouter } from 'react-router';
import { Toaster, toast } from 'sonner';
import { ApiError, basePath, type Client } from '../core';
import { AppContext, useConnection, usePreferences, useSignal } from './app-context';
import { isGone } from './deleted';
import { ErrorBoundary } from './ErrorBoundary';
import { useTellFailure } from './failed';
import { useFollowing } from './following';
import { TooltipProvider } from './kit/Tooltip';
import { Pages } from './Pages';
import type { Preferences } from './preferences';
import { type AllText, languageOf, TextContext, textOf, useText } from './text/text';
import { useTheme } from './theme/use-theme';

interface Props {
  client: Client;
  preferences: Preferences;
  /** In the language that is preferred at the start. */
  text: AllText;
}

export function App({ client, preferences, text }: Props) {
  const app = useMemo(() => ({ client, preferences }), [client, preferences]);
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: { retry: (failed, error) => failed < 1 && !isGone(error), refetchOnWindowFocus: false },
        },
      }),
  );
  useFollowing(client, queries);
  return (
    <AppContext.Provider value={app}>
      <QueryClientProvider client={queries}>
        <TooltipProvider delayDuration={500}>
          <Languages text={text}>
            <ErrorBoundary>
              <BrowserRouter basename={basePath()}>
                <Pages />
              </BrowserRouter>
              <Toasts />
            </ErrorBoundary>
          </Languages>
        </TooltipProvider>
      </QueryClientProvider>
    </AppContext.Provider>
  );
}

/** A language that is chosen is spoken as soon as its words are there. */
function Languages({ text, children }: { text: AllText; children: ReactNode }) {
  const choices = useSignal(usePreferences());
  const language = languageOf(choices.language, navigator.languages);
  const [spoken, speak] = useState(text);
  useEffect(() => {
    let isWanted = true;
    textOf(language).then((words) => isWanted && speak(words));
    return () => {
      isWanted = false;
    };
  }, [language]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.messageFont = choices.messageFont;
  }, [language, choices.messageFont]);
  return <TextContext.Provider value={spoken}>{children}</TextContext.Provider>;
}

const TOAST = '!rounded-l !border-line !bg-raised !text-ink !shadow-high !font-sans !py-2 !pr-2 !min-h-12';

/** What nobody else answered for is said. A command that failed is no bug: that is all there is to it. */
function useLastResort() {
  const t = useText();
  const tell = useTellFailure();
  useEffect(() => {
    const listen = (event: PromiseRejectionEvent) => {
      if (!(event.reason instanceof ApiError))
        return toast.error(t.error.generic, { description: event.reason?.message });
      event.preventDefault();
      tell(event.reason);
    };
    window.addEventListener('unhandledrejection', listen);
    return () => window.removeEventListener('unhandledrejection', listen);
  }, [t, tell]);
}

/** Stays until it is answered: the page goes on as it is meanwhile. */
function useNewVersion() {
  const t = useText();
  const { newVersion } = useConnection();
  useEffect(() => {
    if (newVersion === undefined) return;
    const action = { label: t.reload, onClick: newVersion };
    toast(t.newVersion, {
      id: 'new version',
      description: t.newVersionHint,
      duration: Number.POSITIVE_INFINITY,
      action,
    });
  }, [newVersion, t]);
}

function Toasts() {
  useLastResort();
  useNewVersion();
  return (
    <Toaster
      theme={useTheme()}
      position="top-right"
      offset={{ top: 68, right: 16 }}
      mobileOffset={{ top: 64, left: 16, right: 16 }}
      style={{ zIndex: 20 }} // below dialogs and menus
      toastOptions={{
        classNames: { toast: TOAST, actionButton: '!bg-paper-3 !text-ink !rounded-s !h-8' },
        duration: 6000,
      }}
    />
  );
}
