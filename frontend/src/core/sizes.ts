import Dexie, { type DBCoreMutateRequest } from 'dexie';

/** Above whatever else is put between a database and its user: what is refused below was asked for here. */
const OUTERMOST = 1_000;

/** What each transaction of a database asks it to store, also where that is refused. Weighed only when somebody asks. */
export class Sizes {
  private readonly values = new WeakMap<object, (readonly unknown[])[]>();

  constructor(db: Pick<Dexie, 'use'>) {
    const create: Parameters<typeof db.use>[0]['create'] = (core) => {
      const table = (name: string) => {
        const below = core.table(name);
        return { ...below, mutate: (request: DBCoreMutateRequest) => below.mutate(this.note(request)) };
      };
      return { ...core, table };
    };
    db.use({ stack: 'dbcore', name: 'sizes', level: OUTERMOST, create });
  }

  /** In characters and bytes, about. */
  of(transaction: object): number {
    return sizeOf(this.values.get(transaction) ?? []);
  }

  private note(request: DBCoreMutateRequest): DBCoreMutateRequest {
    const transaction = Dexie.currentTransaction;
    if (transaction && (request.type === 'add' || request.type === 'put')) {
      const before = this.values.get(transaction);
      if (before) before.push(request.values);
      else this.values.set(transaction, [request.values]);
    }
    return request;
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof Blob) return value.size;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [, each]) => sum + sizeOf(each), 0);
}
