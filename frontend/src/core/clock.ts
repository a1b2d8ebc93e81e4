/** Time as the engine sees it, so that tests can move it. Milliseconds. */
export interface Clock {
  now(): number;
  /** Calls `callback` once after `delayMs`; returns what cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
