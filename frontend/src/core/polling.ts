import type { Clock } from './clock';
import { Value } from './signal';
import type { Transport } from './transport';

const ASK_EVERY_MS = 2_000;
/** Of whom nothing was ever told. Without accounts there is one person. */
const LOCAL = 'user:local';

export interface PollingOptions {
  transport: Transport;
  clock: Clock;
  /** The server answers requests, and the socket is not connected. `isFirst`: since now. */
  answered: (userScope: string, isFirst: boolean) => void;
}

/** Where live updates do not get through, but requests do, what happened is asked for, again and again. */
export class Polling {
  /** That it is so. */
  readonly active = new Value(false);
  private cancel: (() => void) | undefined;

  constructor(private readonly options: PollingOptions) {}

  start(): void {
    this.cancel = this.options.clock.after(ASK_EVERY_MS, () => void this.look());
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private async look(): Promise<void> {
    const scope = this.options.transport.connected ? undefined : await this.ask();
    if (this.cancel === undefined) return; // stopped meanwhile
    const isNeeded = scope !== undefined && !this.options.transport.connected;
    const isFirst = isNeeded && !this.active.get();
    this.active.set(isNeeded);
    if (isNeeded) this.options.answered(scope, isFirst);
    this.start();
  }

  /** Whose events they are; undefined without an answer, which the transport tells by itself. */
  private async ask(): Promise<string | undefined> {
    const params = { query: { since: 0, limit: 1 } };
    const answer = await this.options.transport.api.get('/api/v2/users/me/events', { params }).catch(() => undefined);
    return answer && (answer.events[0]?.scope ?? LOCAL);
  }
}
