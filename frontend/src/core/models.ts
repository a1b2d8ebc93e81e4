import type { Clock } from './clock';
import { Value } from './signal';
import type { Transport } from './transport';
import type { ModelPull, ModelState, ServerModels } from './types';

/** What is older is asked for again by who looks at it. */
const FRESH_MS = 30_000;

/** The models that the server has, and those that are being installed, as it was told last. */
export class Models {
  readonly known = new Value<ServerModels>({ failed: false });
  private askedAt = Number.NEGATIVE_INFINITY;
  private asked = 0;
  /** How often the state was told, and pulls. */
  private told = 0;

  constructor(
    private readonly transport: Transport,
    private readonly clock: Clock,
    private readonly tellState: (state: ModelState) => void,
  ) {}

  /** The server was reached: what was told meanwhile is newer than its answer. */
  connected(): Promise<void> {
    return this.ask(true);
  }

  /** Another provider has other models. */
  async state(state: ModelState): Promise<void> {
    this.told += 1;
    this.tellState(state);
    const { list } = this.known.get();
    if (list && (list.state.provider !== state.provider || list.state.status !== state.status)) await this.refresh();
  }

  /** One that was not there before is there now. */
  async pull(pull: ModelPull): Promise<void> {
    this.told += 1;
    const known = this.known.get();
    const { list } = known;
    if (list) this.known.set({ ...known, list: { ...list, pulls: withPull(list.pulls, pull) } });
    if (pull.status === 'done') await this.refresh();
  }

  async look(): Promise<void> {
    if (this.clock.now() - this.askedAt > FRESH_MS) await this.refresh();
  }

  /** Where nothing is told by itself. */
  async polled(): Promise<void> {
    const { list } = this.known.get();
    if (list?.pulls.some(({ status }) => status === 'running')) await this.refresh();
  }

  refresh(): Promise<void> {
    return this.ask(false);
  }

  private async ask(wantsState: boolean): Promise<void> {
    const { told } = this;
    const number = ++this.asked;
    this.askedAt = this.clock.now();
    try {
      const list = await this.transport.api.get('/api/v2/models');
      if (number < this.asked) return; // a later answer is on its way
      const isNewest = told === this.told;
      const pulls = isNewest ? list.pulls : (this.known.get().list?.pulls ?? list.pulls);
      this.known.set({ list: { ...list, pulls }, failed: false });
      if (wantsState && isNewest) this.tellState(list.state);
    } catch (error) {
      if (number === this.asked) {
        this.askedAt = Number.NEGATIVE_INFINITY;
        this.known.set({ ...this.known.get(), failed: true });
      }
      throw error;
    }
  }
}

function withPull(pulls: readonly ModelPull[], pull: ModelPull): ModelPull[] {
  const at = pulls.findIndex(({ host, model }) => host === pull.host && model === pull.model);
  if (pull.status === 'cancelled') return pulls.filter((_, index) => index !== at);
  return at < 0 ? [...pulls, pull] : pulls.with(at, pull);
}
