/** Before that, a rate says more about the beginning than about the model. */
const LEAST_MS = 1_000;

/** How fast a reply is being written, since its first piece was heard. */
export class Speed {
  private first: { tokens: number; at: number } | undefined;
  private rate: number | undefined;

  /** `tokens` that there are by now (ms). */
  heard(tokens: number, at: number): void {
    this.first ??= { tokens, at };
    const ms = at - this.first.at;
    if (ms >= LEAST_MS) this.rate = ((tokens - this.first.tokens) / ms) * 1000;
  }

  /** Undefined until it can be told. */
  get tokensPerSecond(): number | undefined {
    return this.rate;
  }
}
