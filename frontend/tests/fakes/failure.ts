import type { DBCore } from 'dexie';
import type { LocritDb } from '../../src/core/db';

/** A browser whose writes fail for a reason of their own while there is one. */
export class FakeFailure {
  /** The name of the `DOMException`. */
  reason: string | undefined;

  constructor(db: LocritDb) {
    db.use({ stack: 'dbcore', name: 'failure', create: (core) => this.break(core) });
  }

  private break(core: DBCore): DBCore {
    const table = (name: string) => {
      const real = core.table(name);
      const mutate: typeof real.mutate = async (request) => {
        if (this.reason !== undefined) throw new DOMException('The disk is on fire.', this.reason);
        return real.mutate(request);
      };
      return { ...real, mutate };
    };
    return { ...core, table };
  }
}
