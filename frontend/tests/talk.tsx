import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { MemoryRouter, Route, Routes, useLocation } from 'react-router';
import { Toaster, toast } from 'sonner';
import { LocritDb } from '../src/core/db';
import { createClient } from '../src/core/engine';
import type { Leadership } from '../src/core/leader';
import { AppContext } from '../src/ui/app-context';
import { ChatPage } from '../src/ui/chat/ChatPage';
import { TooltipProvider } from '../src/ui/kit/Tooltip';
import { createPreferences } from '../src/ui/preferences';
import { TalkServer } from './fakes/talk-server';
import { FakeTransport } from './fakes/transport';

const alone: Leadership = { start: (changed) => changed(), held: () => true, stop: () => {} };

/** A conversation's page over the real engine, after `prepare` has filled the server. */
export async function openTalk(prepare: (server: TalkServer) => void) {
  const server = new TalkServer();
  prepare(server);
  localStorage.clear();
  const db = new LocritDb(`talk-${Math.random()}`);
  const transport = new FakeTransport(server);
  const client = createClient({ db, transport, leadership: alone });
  await client.start();
  const view = render(
    <AppContext.Provider value={{ client, preferences: createPreferences() }}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <TooltipProvider>
          <MemoryRouter initialEntries={[`/my-locrits/Bob/chat/${server.conversationId}`]}>
            <main>
              <Routes>
                <Route path="/my-locrits/:name/chat/:conversationId?" element={<ChatPage />} />
              </Routes>
              <Address />
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

function Address() {
  return <i data-address>{useLocation().pathname}</i>;
}

export type Talk = Awaited<ReturnType<typeof openTalk>>;
