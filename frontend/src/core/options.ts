import type { Clock } from './clock';
import type { LocritDb } from './db';
import type { Leadership } from './leader';
import type { LocalState } from './local-state';
import type { Transport } from './transport';

export interface ClientOptions {
  /** Where the server is; the page's own origin unless told. */
  baseUrl?: string;
  db?: LocritDb;
  transport?: Transport;
  clock?: Clock;
  random?: () => number;
  leadership?: Leadership;
  localState?: LocalState;
}
