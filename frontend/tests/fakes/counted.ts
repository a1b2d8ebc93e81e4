import type Dexie from 'dexie';
import type { DBCoreTable } from 'dexie';

/** Counts what a database is asked for that is not open yet: transactions, and rows that are read by their keys in each table. */
export function countReads(db: Pick<Dexie, 'use'>) {
  const rows = new Map<string, number>();
  const counted = { transactions: 0, rowsOf: (table: string) => rows.get(table) ?? 0 };
  const add = (table: string, more: number) => rows.set(table, counted.rowsOf(table) + more);
  db.use({
    stack: 'dbcore',
    name: 'counted',
    create: (core) => ({
      ...core,
      transaction: (...asked) => {
        counted.transactions += 1;
        return core.transaction(...asked);
      },
      table: (name) => countedTable(core.table(name), (more) => add(name, more)),
    }),
  });
  return counted;
}

function countedTable(table: DBCoreTable, add: (rows: number) => void): DBCoreTable {
  return {
    ...table,
    get: (request) => {
      add(1);
      return table.get(request);
    },
    getMany: (request) => {
      add(request.keys.length);
      return table.getMany(request);
    },
  };
}
