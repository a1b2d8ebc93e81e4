import type { Clock } from './clock';
import type { Leadership } from './leader';
import type { Queue } from './queue';
import type { Transport } from './transport';

const LOOK_EVERY_MS = 10_000;
/** What waits for less is on its way. */
const LONG_MS = 5_000;

/** Tells the server how long the oldest entry of the outbox has waited, for whoever looks after it. Nothing depends on it. */
export class OutboxReport {
  private cancel = () => {};
  private wasTold = false;

  constructor(
    private readonly queue: Queue,
    private readonly transport: Transport,
    private readonly leadership: Leadership,
    private readonly clock: Clock,
  ) {}

  start(): void {
    this.cancel = this.clock.after(LOOK_EVERY_MS, () => {
      this.start();
      this.tell().catch(() => {}); // the next one is as good
    });
  }

  stop(): void {
    this.cancel();
  }

  /** Of all tabs one; what is refused waits for a person, and not for the server. */
  private async tell(): Promise<void> {
    if (!this.transport.connected || !this.leadership.held()) return;
    const oldest = (await this.queue.pending()).find(({ state }) => state !== 'rejected');
    const oldest_ms = oldest ? Math.max(0, this.clock.now() - Date.parse(oldest.created_at)) : 0;
    const isLong = oldest_ms >= LONG_MS;
    if (!isLong && !this.wasTold) return;
    await this.transport.request('report_outbox', isLong ? { oldest_ms } : {});
    this.wasTold = isLong;
  }
}
