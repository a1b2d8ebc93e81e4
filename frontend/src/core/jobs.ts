import { Value } from './signal';
import type { Transport } from './transport';
import type { JobProgress } from './types';

/** What takes long on the server and is not done yet, as it was told last. */
export class Jobs {
  readonly running = new Value<readonly JobProgress[]>([]);
  /** How often one was told of. */
  private told = 0;

  constructor(private readonly transport: Transport) {}

  tell(job: JobProgress): void {
    this.told += 1;
    const known = this.running.get();
    const at = known.findIndex(({ op_id }) => op_id === job.op_id);
    if (job.status === 'done') this.running.set(known.filter((_, index) => index !== at));
    else this.running.set(at < 0 ? [...known, job] : known.with(at, job)); // each stays in its place
  }

  /** What was told meanwhile is newer than the answer. */
  async refresh(): Promise<void> {
    const { told } = this;
    const { jobs } = await this.transport.api.get('/api/v2/jobs');
    if (told === this.told) this.running.set(jobs);
  }

  isRunning(opId: string): boolean {
    return this.running.get().some(({ op_id, status }) => op_id === opId && status === 'running');
  }
}
