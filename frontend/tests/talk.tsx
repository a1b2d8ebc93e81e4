import { QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter, Route, Routes, useLocation } from 'react-router';
import { Toaster, toast } from 'sonner';
import { LocritDb } from '../src/core/db';
import { createClient } from '../src/core/engine';
import type { Leadership } from '../src/core/leader';
import { AppContext, useClient } from '../src/ui/app-context';
import { ChatPage } from '../src/ui/chat/ChatPage';
import { useFollowing } from '../src/ui/following';
import { TooltipProvider } from '../src/ui/kit/Tooltip';
import { createPreferences } from '../src/ui/preferences';
import { TalkServer } from './fakes/talk-server';
import { FakeTransport } from './fakes/transport';

const alone: Leadership = { start: (changed) => changed(), held: () => true, stop: () => {} };

interface Elsewhere {
  address: string;
  /** What stands there. */
  routes: ReactNode;
}

/** A conversation's page, or another one, over the real engine, after `prepare` has filled the server. */
export async function openTalk(
  prepare: (server: TalkServer) => void,
  elsewhere?: Elsewhere,
  furnish: (db: LocritDb) => void = () => {},
) {
  const server = new TalkServer();
  prepare(server);
  localStorage.clear();
  const db = new LocritDb(`talk-${Math.random()}`);
  furnish(db);
  const transport = new FakeTransport(server);
  const client = createClient({ db, transport, leadership: alone });
  await client.start();
  const address = elsewhere?.address ?? `/my-locrits/Bob/chat/${server.conversationId}`;
  const view = render(
    <AppContext.Provider value={{ client, preferences: createPreferences() }}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <TooltipProvider>
          <MemoryRouter initialEntries={[address]}>
            <main>
              <Routes>
                <Route path="/my-locrits/:name/chat/:conversationId?" element={<ChatPage />} />
                {elsewhere?.routes}
              </Routes>
              <Address />
              <Following />
            </main>
          </MemoryRouter>
          <Toaster />
        </TooltipProvider>
      </QueryClientProvider>
    </AppContext.Provider>,
  );
  function close() {
    view.unmount();
    toast.dismiss();
    client.stop();
  }
  return { server, transport, client, close };
}

function Following() {
  useFollowing(useClient(), useQueryClient());
  return null;
}

function Address() {
  return <i data-address>{useLocation().pathname}</i>;
}

export type Talk = Awaited<ReturnType<typeof openTalk>>;
