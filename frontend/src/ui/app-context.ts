import { useLiveQuery } from 'dexie-react-hooks';
import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from 'react';
import { type Client, calmed, type Signal, STORAGE_FULL } from '../core';
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

/** What the server has is not here because this browser has no room for it. */
export function useIsUnkept(): boolean {
  const { isKnown, problem } = useConnection();
  return !isKnown && problem?.code === STORAGE_FULL;
}

/** A read of the client that stays current; undefined until it has answered. */
export function useLive<T>(read: (client: Client) => Promise<T>, deps: unknown[]): T | undefined {
  const client = useClient();
  return useLiveQuery(() => read(client), [client, ...deps]);
}

/** The same of what may be a moment behind: many changes in a short time are read once. */
export function useCalmLive<T>(read: (client: Client) => Promise<T>, deps: unknown[]): T | undefined {
  const client = useClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: as of useLive, they are the caller's.
  const calm = useMemo(() => calmed(() => read(client)), [client, ...deps]);
  return useLiveQuery(calm, [calm]);
}
