import type { EntityTable, Table, Transaction } from 'dexie';
import type { OutboxEntry } from './commands';
import { ENTITY_KINDS, TABLES } from './entities';
import type { StoredArtifact } from './entities/artifacts';
import { type StoredConversation, shelved } from './entities/conversations';
import type { Range } from './ranges';
import { Sizes } from './sizes';
import { StepwiseDexie } from './steps';
import type { Concept, GivenFile, KeptConcepts, Locrit, Memory, Message, RecallMark, ToolResult } from './types';

/**
 * How far a scope is applied. Of conversations also which parts of them are cached (`ranges`, see `rangesOf`), and the seq
 * of the snapshot that the cache began with: pages from before it are too old for it.
 */
export interface Cursor {
  scope: string;
  seq: number;
  ranges?: Range[];
  base?: number;
  /** What earlier versions kept instead of `ranges`. */
  from?: number;
  complete?: boolean;
  /** Tells the event that `seq` is, as far as one was applied: another one there is another history. */
  fingerprint?: string;
  /** Of the person's own scope: the id of what its first event is about. The same as long as the server has the same data. */
  historyId?: string;
}

export interface Meta {
  key: string;
  value: unknown;
}

/** Keys of what was forgotten, before the ids: for a server that is rolled back. */
export const FORGOTTEN = { message: 'forgotten:message:', artifact: 'forgotten:artifact:' } as const;

/** Two servers below one address, each with a path of its own, keep apart what they keep in the browser. */
export function databaseName(base: string): string {
  return base === '/' ? 'locrit' : `locrit ${base}`;
}

/** What is the engine's own: what was not yet sent, how far we are, and the rest. By the version of the database. */
const OWN_TABLES: Readonly<Record<number, Record<string, string>>> = {
  1: { outbox: '++order, &op_id, lane', cursors: 'scope', meta: 'key' },
  3: { outbox: '++order, &op_id, queueKey' },
  4: { files: 'id, draft' },
  6: { concept_lists: 'locrit_id' },
};
const UPGRADES: Readonly<Record<number, (upgrade: Transaction) => Promise<void>>> = { 2: putOnShelves, 3: rename };

/** Server truth, a table for each kind of entity, and what is the engine's own. */
export class LocritDb extends StepwiseDexie {
  locrits!: EntityTable<Locrit, 'id'>;
  conversations!: EntityTable<StoredConversation, 'conversation_id'>;
  messages!: EntityTable<Message, 'message_id'>;
  artifacts!: EntityTable<StoredArtifact, 'id'>;
  tool_results!: EntityTable<ToolResult, 'id'>;
  recall_marks!: EntityTable<RecallMark, 'id'>;
  memories!: EntityTable<Memory, 'id'>;
  concepts!: EntityTable<Concept, 'id'>;
  concept_lists!: EntityTable<KeptConcepts, 'locrit_id'>;
  outbox!: EntityTable<OutboxEntry, 'order'>;
  cursors!: EntityTable<Cursor, 'scope'>;
  files!: EntityTable<GivenFile, 'id'>;
  meta!: Table<Meta, string>;
  readonly sizes: Sizes = new Sizes(this);

  constructor(name = 'locrit') {
    super(name);
    for (const version of versions()) {
      const upgraded = this.version(version).stores(storesOf(version));
      if (UPGRADES[version]) upgraded.upgrade(UPGRADES[version]);
    }
    this.on('versionchange', ({ newVersion }) => {
      if (newVersion !== null) globalThis.location?.reload(); // a newer page, in another tab, has changed its form
    });
  }
}

function versions(): number[] {
  const forms = [OWN_TABLES, ...TABLES.map((table) => ENTITY_KINDS[table].stores)];
  const found = new Set(forms.flatMap((stores) => Object.keys(stores).map(Number)));
  return [...found].sort((a, b) => a - b);
}

/** The tables that got another form in this version. */
function storesOf(version: number): Record<string, string> {
  const forms = TABLES.map((table) => [table, ENTITY_KINDS[table].stores[version]] as const);
  return {
    ...OWN_TABLES[version],
    ...Object.fromEntries(forms.flatMap(([table, form]) => (form ? [[table, form]] : []))),
  };
}

async function putOnShelves(upgrade: Transaction): Promise<void> {
  const locrits: Locrit[] = await upgrade.table('locrits').toArray();
  const deleted = new Set(locrits.filter((locrit) => locrit.deleted_at).map((locrit) => locrit.id));
  const conversations: Table<StoredConversation> = upgrade.table('conversations');
  await conversations.toCollection().modify((row) => void Object.assign(row, shelved(row, deleted.has(row.locrit_id))));
}

/** Earlier versions had other names for some of what they kept. */
async function rename(upgrade: Transaction): Promise<void> {
  await upgrade.table('outbox').toCollection().modify(renameEntry);
  await upgrade.table('cursors').toCollection().modify(renameCursor);
}

function renameEntry(entry: { lane?: string; state: string; command: Record<string, unknown> }): void {
  const { lane, state, command } = entry;
  delete entry.lane;
  Object.assign(entry, { queueKey: lane, state: state === 'attention' ? 'rejected' : state });
  if (command.type === 'message.aside') command.type = 'message.conflict';
  if ('instead_of' in command) command.sibling_of = command.instead_of;
  delete command.instead_of;
}

function renameCursor(cursor: Cursor & { tip?: string; origin?: string }): void {
  const { tip, origin } = cursor;
  delete cursor.tip;
  delete cursor.origin;
  if (tip !== undefined) cursor.fingerprint = tip;
  if (origin !== undefined) cursor.historyId = origin;
}
