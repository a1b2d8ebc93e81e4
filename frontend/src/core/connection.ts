import { liveQuery } from 'dexie';
import type { Outbox } from './outbox';
import type { Polling } from './polling';
import { Value } from './signal';
import type { Store } from './store';
import type { Transport } from './transport';
import type { Connection } from './types';

/** Of a page that has just been opened. */
const UNKNOWN = { state: 'connecting', isCutOff: false, isKnown: false, pending: 0, waiting: 0, rejected: 0 } as const;

export function unknownConnection(): Value<Connection> {
  return new Value<Connection>({ ...UNKNOWN, lastSavedAt: null });
}

interface Told {
  store: Store;
  outbox: Outbox;
  transport: Transport;
  polling: Polling;
}

/** How things stand with the server and in this browser, told in one place until the returned functions are called. */
export function tellConnection(value: Value<Connection>, { store, outbox, transport, polling }: Told): (() => void)[] {
  const { quota } = store;
  let isLoaded = false;
  const known = () => ({ isKnown: isLoaded && !quota.isFull.get() });
  const problem = () => value.update({ problem: quota.problem.get() ?? outbox.problem.get() });
  const counting = liveQuery(() => store.views.counts()).subscribe(({ isKnown, ...counts }) => {
    isLoaded = isKnown;
    value.update({ ...counts, ...known() });
  });
  return [
    () => counting.unsubscribe(),
    outbox.problem.subscribe(problem),
    quota.problem.subscribe(problem),
    quota.isFull.subscribe(() => value.update(known())),
    transport.connectivity.subscribe(() => value.update({ state: transport.connectivity.get() })),
    polling.active.subscribe(() => value.update({ isCutOff: polling.active.get() })),
  ];
}
