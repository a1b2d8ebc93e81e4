import type { OutboxEntry } from './commands';
import { CONCEPT, CONCEPTS, conceptAt } from './commands/concepts';
import { NO_ROWS, put } from './rows';
import { latestBy, withPending } from './shown-rows';
import { steps } from './steps';
import type { Store } from './store';
import type { Transport } from './transport';
import type { Concept, ConceptChanges, ConceptList, ConceptRow, KeptConcepts, ListedConcept } from './types';

/** What is mentioned most: so many are kept. */
const MOST_CONCEPTS = 1000;

/** What is talked about with a Locrit, as far as it was loaded. What needs the server throws `ApiError`. */
export interface Concepts {
  /** A live read, what is mentioned most first; undefined until it was loaded once. */
  of(locritId: string): Promise<ConceptList | undefined>;
  /** How many there are. */
  load(locritId: string): Promise<number>;
  /** `rev` is that of the decision that was edited, 0 where there was none; without it, it goes over whatever there is. */
  edit(concept: ConceptRow, changes: ConceptChanges, rev?: number): Promise<void>;
  /** An edit that was refused goes over what was decided elsewhere. */
  insist(opId: string): Promise<void>;
  merge(concept: ConceptRow, into: ConceptRow): Promise<void>;
  delete(concept: ConceptRow): Promise<void>;
  /** Brings back what was deleted, and takes apart what was merged. */
  restore(concept: Pick<ConceptRow, 'id' | 'locrit_id' | 'name'>): Promise<void>;
  /** Has the Locrit's model say what it is. */
  describe(concept: ConceptRow): Promise<void>;
}

/**
 * What is talked about with a Locrit. The server counts it: the list is kept as it came, and what was decided since, here
 * or elsewhere, is put over it until it comes again. What was decided by then stays beside it.
 */
export class StoredConcepts implements Concepts {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  async of(locritId: string): Promise<ConceptList | undefined> {
    const { db, queue } = this.store;
    const [list, decided, entries] = await db.transaction('r', [db.concept_lists, db.concepts, db.outbox], () =>
      steps(db.concept_lists.get(locritId), db.concepts.where('locrit_id').equals(locritId).toArray(), queue.pending()),
    );
    const mine = entries.filter(({ command }) => 'concept_id' in command && command.locrit_id === locritId);
    return list && conceptList(list, decided.filter(isSince(list)), mine);
  }

  async load(locritId: string): Promise<number> {
    const before = await this.store.db.concepts.where('locrit_id').equals(locritId).toArray();
    const params = { path: { name: locritId }, query: { limit: MOST_CONCEPTS } };
    const { concepts, total, ...page } = await this.transport.api.get(CONCEPTS, { params });
    const decided = page.decided ?? [];
    const included = Object.fromEntries([...before, ...decided].map(({ id, rev }) => [id, rev]));
    await this.store.cache.replaceConcepts({ locrit_id: locritId, concepts, total, included }, decided);
    return total;
  }

  async edit(row: ConceptRow, changes: ConceptChanges, rev?: number): Promise<void> {
    await this.store.queue.add({ type: 'concept.edit', ...at(row), changes, ...(rev !== undefined && { rev }) });
  }

  async insist(opId: string): Promise<void> {
    const refused = (await this.store.queue.pending()).find((entry) => entry.op_id === opId);
    if (refused?.command.type !== 'concept.edit') return;
    const { rev: _, ...command } = refused.command;
    await this.store.queue.add(command);
    await this.store.queue.discard(opId);
  }

  async merge(row: ConceptRow, into: ConceptRow): Promise<void> {
    await this.store.queue.add({ type: 'concept.merge', ...at(row), into: into.id });
  }

  async delete(row: ConceptRow): Promise<void> {
    await this.store.queue.add({ type: 'concept.delete', ...at(row) });
  }

  async restore(row: Pick<ConceptRow, 'id' | 'locrit_id' | 'name'>): Promise<void> {
    await this.store.queue.add({ type: 'concept.restore', ...at(row) });
  }

  async describe({ id: concept_id, locrit_id }: ConceptRow): Promise<void> {
    const params = conceptAt({ concept_id, locrit_id });
    await this.transport.api.post(`${CONCEPT}/describe`, { params });
  }
}

function at({ id: concept_id, locrit_id, name }: Pick<ConceptRow, 'id' | 'locrit_id' | 'name'>) {
  return { concept_id, locrit_id, name };
}

function isSince({ included = {} }: KeptConcepts): (row: Concept) => boolean {
  return ({ id, rev }) => rev > (included[id] ?? -1);
}

/** What is mentioned most first. What was merged into another counts there, what was deleted nowhere. */
function conceptList(
  { locrit_id, concepts, total }: KeptConcepts,
  stored: readonly Concept[],
  entries: readonly OutboxEntry[],
): ConceptList {
  const decided = withPending(put(NO_ROWS, { concepts: stored }), accepted(entries)).concepts;
  const pending = latestBy(entries, ({ command }) => ('concept_id' in command ? command.concept_id : undefined));
  const rows = new Map<string, ListedConcept>();
  const hidden: ListedConcept[] = [];
  for (const one of concepts) {
    const { name, type, merged_into, deleted_at } = decided.get(one.id) ?? {};
    if (merged_into || deleted_at) hidden.push(one);
    else rows.set(one.id, { ...one, ...(name && { name }), ...(type && { type }) });
  }
  for (const one of hidden) {
    const root = rows.get(rootOf(one.id, decided));
    if (root && !decided.get(one.id)?.deleted_at) rows.set(root.id, together(root, one));
  }
  return {
    concepts: [...rows.values()]
      .map((row) => {
        const { state = 'saved' as const, op_id: opId, problem } = pending.get(row.id) ?? {};
        return { ...row, locrit_id, state, opId, problem };
      })
      .sort((a, b) => b.mentions - a.mentions),
    total: total - hidden.length,
    isOutdated: stored.length > 0,
  };
}

/** What was refused is not so. */
function accepted(entries: readonly OutboxEntry[]): OutboxEntry[] {
  return entries.filter(({ state }) => state !== 'rejected');
}

function rootOf(id: string, decided: ReadonlyMap<string, Concept>): string {
  const seen = new Set<string>();
  let root = id;
  for (let into: string | null = id; into && !seen.has(into); into = decided.get(into)?.merged_into ?? null) {
    seen.add(into);
    root = into;
  }
  return root;
}

function together(root: ListedConcept, one: ListedConcept): ListedConcept {
  const [first, last] = [root.first_mentioned_at, one.first_mentioned_at].sort();
  const [, latest] = [root.last_mentioned_at, one.last_mentioned_at].sort();
  return {
    ...root,
    mentions: root.mentions + one.mentions,
    first_mentioned_at: first ?? last ?? root.first_mentioned_at,
    last_mentioned_at: latest ?? root.last_mentioned_at,
  };
}
