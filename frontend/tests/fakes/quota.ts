import Dexie, { type DBCore, type DBCoreMutateRequest } from 'dexie';
import type { LocritDb } from '../../src/core/db';

/** A browser with room for so many rows more. Deleting a range gives back what was in it. */
export class FakeQuota {
  left = Number.POSITIVE_INFINITY;
  /** And, of those, for none that is longer, in characters. */
  longest = Number.POSITIVE_INFINITY;

  constructor(db: LocritDb) {
    db.use({ stack: 'dbcore', name: 'quota', create: (core) => this.limit(core) });
  }

  private limit(core: DBCore): DBCore {
    const table = (name: string) => {
      const real = core.table(name);
      return { ...real, mutate: (request: DBCoreMutateRequest) => this.mutate(real.mutate, request, name) };
    };
    return { ...core, table };
  }

  private async mutate<T>(
    real: (request: DBCoreMutateRequest) => Promise<T>,
    request: DBCoreMutateRequest,
    name: string,
  ) {
    if (request.type === 'add' || request.type === 'put') {
      if (name === 'meta') return real(request); // bookkeeping takes no room worth counting
      const isLong = request.values.some((row) => JSON.stringify(row).length > this.longest);
      if (isLong || request.values.length > this.left) throw new Dexie.QuotaExceededError('The fake browser is full.');
      this.left -= request.values.length;
    } else if (request.type === 'delete') this.left += request.keys.length;
    return real(request);
  }
}
