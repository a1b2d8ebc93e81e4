import { basePath } from './base';
import type { Clock } from './clock';
import { inBackground } from './errors';
import type { Transport } from './transport';

const SHELL_AFTER_MS = 3_000;

/**
 * Registers the service worker, which lets the page start without the server, when the page itself has all that it shows.
 * On plain http in a LAN browsers have none, and the page loads from the server as ever. `ready` is told when a newer
 * version waits, with what switches to it. Returns what cancels it.
 */
export function keepShell(transport: Transport, clock: Clock, ready: (takeOver: () => void) => void): () => void {
  let cancel = () => {};
  const look = () => {
    if (transport.connectivity.get() === 'online') registerWorker(ready);
    else cancel = clock.after(SHELL_AFTER_MS, look);
  };
  cancel = clock.after(SHELL_AFTER_MS, look);
  return () => cancel();
}

function registerWorker(ready: (takeOver: () => void) => void): void {
  const workers = import.meta.env.PROD ? globalThis.navigator?.serviceWorker : undefined;
  if (workers !== undefined && globalThis.isSecureContext) inBackground(register(workers, ready));
}

/** How long (ms) after its start a page has the rest of the application fetched. */
const REST_AFTER_MS = 20_000;

async function register(workers: ServiceWorkerContainer, ready: (takeOver: () => void) => void): Promise<void> {
  const registration = await workers.register(`${basePath()}sw.js`, { updateViaCache: 'none' });
  const announce = () => {
    const { waiting } = registration;
    if (waiting !== null && workers.controller !== null) ready(() => takeOver(workers, waiting));
  };
  announce();
  setTimeout(() => registration.active?.postMessage('fetch the rest'), REST_AFTER_MS);
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', announce);
  });
}

function takeOver(workers: ServiceWorkerContainer, newer: ServiceWorker): void {
  const reload = () => globalThis.location.reload();
  if (newer.state === 'installed') {
    workers.addEventListener('controllerchange', reload, { once: true });
    newer.postMessage('take over');
  } else reload(); // another tab had it take over
}

/** Asks the browser, once, not to throw away what is kept when the disk gets full. */
export async function askToPersist(): Promise<void> {
  const { storage } = globalThis.navigator ?? {};
  if (storage?.persist === undefined || (await storage.persisted())) return;
  await storage.persist();
}
