import { useLiveQuery } from 'dexie-react-hooks';
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { Client, Signal } from '../core';
import type { Preferences } from './preferences';

interface App {
  client: Client;
  preferences: Preferences;
}

export const AppContext = createContext<App | null>(null);

function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('AppContext is missing around this component.');
  return app;
}

export const useClient = () => useApp().client;
export const usePreferences = () => useApp().preferences;

export function useSignal<T>(signal: Signal<T>): T {
  const subscribe = useCallback((listener: () => void) => signal.subscribe(listener), [signal]);
  return useSyncExternalStore(subscribe, () => signal.get());
}

export const useConnection = () => useSignal(useClient().connection);

/** A read of the client that stays current; undefined until it has answered. */
export function useLive<T>(read: (client: Client) => Promise<T>, deps: unknown[]): T | undefined {
  const client = useClient();
  return useLiveQuery(() => read(client), [client, ...deps]);
}
