import type { OutboxEntry } from './commands';
import { ARTIFACT, artifactAt } from './commands/artifacts';
import { conversationScope } from './commands/conversations';
import { type StoredArtifact, versionOf } from './entities/artifacts';
import { ApiError } from './errors';
import { NO_ROWS, put } from './rows';
import { latestBy, withPending } from './shown-rows';
import { type Steps, steps } from './steps';
import type { Store } from './store';
import type { Transport } from './transport';
import type { Artifact, ArtifactChanges, ArtifactList, ArtifactRow, ArtifactVersion } from './types';

/** What replies made. Live reads first, then what people do to them; what needs the server throws `ApiError`. */
export interface Artifacts {
  /** Of a conversation as far as its messages are loaded, in the order in which they were made, also those in the trash. */
  of(conversationId: string): Promise<ArtifactRow[]>;
  /** Undefined while it is not in this browser: `load` asks the server for it. */
  one(id: string): Promise<ArtifactRow | undefined>;
  load(id: string): Promise<void>;
  /** Newest first; the first is what it says now. */
  versions(id: string): Promise<ArtifactVersion[]>;
  /** A page of those of a Locrit, what changed last first. */
  list(locrit: string, q: string, cursor?: string): Promise<ArtifactList>;
  /** `rev` of the artifact is the revision that was edited. */
  edit(artifact: Artifact, changes: ArtifactChanges): Promise<void>;
  /** An edit that was refused goes over what the artifact says now; that stays as a version. */
  insist(opId: string): Promise<void>;
  rollBack(artifact: Artifact, version: number): Promise<void>;
  delete(artifact: Artifact): Promise<void>;
  restore(artifact: Artifact): Promise<void>;
}

/** What replies made: read from this browser, changed through its outbox. */
export class StoredArtifacts implements Artifacts {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  of(conversationId: string): Promise<ArtifactRow[]> {
    const { db } = this.store;
    return db.transaction('r', [db.artifacts, db.outbox], () => this.rowsOf(conversationId));
  }

  async one(id: string): Promise<ArtifactRow | undefined> {
    const known = await this.store.db.artifacts.get(id);
    return known && (await this.of(known.conversation_id)).find((row) => row.id === id);
  }

  private *rowsOf(conversationId: string): Steps<ArtifactRow[]> {
    const [stored, entries] = yield* steps(
      this.store.db.artifacts.where('conversation_id').equals(conversationId).toArray(),
      this.store.queue.of(conversationScope(conversationId)),
    );
    return artifactRows(stored, entries);
  }

  async load(id: string): Promise<void> {
    await this.store.cache.put({ artifacts: [await this.transport.api.get(ARTIFACT, { params: artifactAt(id) })] });
  }

  async versions(id: string): Promise<ArtifactVersion[]> {
    const known = await this.store.db.artifacts.get(id);
    try {
      const { versions } = await this.transport.api.get(`${ARTIFACT}/versions`, { params: artifactAt(id) });
      if (known)
        await this.store.cache.put({ artifacts: [{ ...known, earlier: versions.toReversed() } as StoredArtifact] });
      return versions;
    } catch (error) {
      if (known === undefined || !(error instanceof ApiError) || error.code !== 'unreachable') throw error;
      return [versionOf(known), ...(known.earlier ?? []).toReversed()]; // as far as this browser has seen them
    }
  }

  list(locrit: string, q: string, cursor?: string): Promise<ArtifactList> {
    const params = { path: { name: locrit }, query: { ...(q && { q }), ...(cursor && { cursor }) } };
    return this.transport.api.get('/api/v2/locrits/{name}/artifacts', { params });
  }

  async edit({ id, conversation_id, rev }: Artifact, changes: ArtifactChanges): Promise<void> {
    await this.store.queue.add({ type: 'artifact.edit', artifact_id: id, conversation_id, changes, rev });
  }

  async insist(opId: string): Promise<void> {
    const refused = (await this.store.queue.pending()).find((entry) => entry.op_id === opId);
    if (refused?.command.type !== 'artifact.edit') return;
    const { rev: _, ...command } = refused.command;
    await this.store.queue.add(command);
    await this.store.queue.discard(opId);
  }

  async rollBack({ id, conversation_id }: Artifact, version: number): Promise<void> {
    await this.store.queue.add({ type: 'artifact.rollback', artifact_id: id, conversation_id, version });
  }

  async delete({ id, conversation_id }: Artifact): Promise<void> {
    await this.store.queue.add({ type: 'artifact.delete', artifact_id: id, conversation_id });
  }

  async restore({ id, conversation_id }: Artifact): Promise<void> {
    await this.store.queue.add({ type: 'artifact.restore', artifact_id: id, conversation_id });
  }
}

function artifactRows(stored: readonly Artifact[], entries: readonly OutboxEntry[]): ArtifactRow[] {
  const rows = put(NO_ROWS, { artifacts: stored });
  const pending = latestBy(entries, ({ command }) => ('artifact_id' in command ? command.artifact_id : undefined));
  return [...withPending(rows, entries).artifacts.values()]
    .filter((row) => !row.forgotten_at)
    .sort((a, b) => a.created_at.localeCompare(b.created_at) || a.position - b.position)
    .map((row) => {
      const { state = 'saved' as const, op_id: opId, problem } = pending.get(row.id) ?? {};
      return { ...row, state, opId, problem, base: rows.artifacts.get(row.id) ?? row };
    });
}
