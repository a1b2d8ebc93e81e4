interface Waiting {
  grant: () => void;
}

/** Web Locks of one browser. A tab that is frozen keeps its lock, as in a real one. */
export class FakeLocks {
  private holder: { reject: (error: unknown) => void } | undefined;
  private queue: Waiting[] = [];

  request = ((_name: string, options: LockOptions, callback: () => Promise<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      const grant = () => this.hold(callback, resolve, reject);
      if (options.steal) {
        this.holder?.reject(new DOMException('stolen', 'AbortError'));
        grant();
        return;
      }
      const waiting = { grant };
      this.queue.push(waiting);
      options.signal?.addEventListener('abort', () => this.leave(waiting, reject));
      this.next();
    })) as LockManager['request'];

  private leave(waiting: Waiting, reject: (error: unknown) => void): void {
    if (!this.queue.includes(waiting)) return;
    this.queue = this.queue.filter((other) => other !== waiting);
    reject(new DOMException('aborted', 'AbortError'));
  }

  private next(): void {
    if (this.holder === undefined) this.queue.shift()?.grant();
  }

  private hold(callback: () => Promise<void>, resolve: () => void, reject: (error: unknown) => void): void {
    const holder = { reject };
    this.holder = holder;
    void callback().then(() => {
      resolve();
      if (this.holder !== holder) return;
      this.holder = undefined;
      this.next();
    });
  }
}
