import type { Entities, Rows } from '../entities';
import type { Artifact, ArtifactChanges } from '../types';
import { inConversation } from './conversations';
import type { CommandKind, Earlier } from './kind';

interface OfArtifact {
  conversation_id: string;
  artifact_id: string;
}

export interface EditArtifact extends OfArtifact {
  type: 'artifact.edit';
  changes: ArtifactChanges;
  /** Missing where it goes over whatever it says by then. */
  rev?: number;
}
export interface RollBackArtifact extends OfArtifact {
  type: 'artifact.rollback';
  version: number;
}
export interface DeleteArtifact extends OfArtifact {
  type: 'artifact.delete';
}
export interface RestoreArtifact extends OfArtifact {
  type: 'artifact.restore';
}

export const ARTIFACT = '/api/v2/artifacts/{artifact_id}';

const onArtifact = {
  ...inConversation,
  subject: ({ artifact_id }: OfArtifact) => artifact_id,
  dependsOn: ({ conversation_id, artifact_id }: OfArtifact, { creates, subject }: Earlier) =>
    creates.includes(conversation_id) || subject === artifact_id,
};

export const editArtifact: CommandKind<EditArtifact> = {
  ...onArtifact,
  async perform({ api }, { changes, rev, ...command }, op_id) {
    const params = artifactAt(command.artifact_id);
    return { artifacts: [await api.patch(ARTIFACT, { params, body: { ...changes, rev, op_id } })] };
  },
  optimistic: (rows, { command, created_at }) => edited(rows, command, command.changes, created_at),
};

export const rollBackArtifact: CommandKind<RollBackArtifact> = {
  ...onArtifact,
  async perform({ api }, { version, artifact_id }, op_id) {
    const params = artifactAt(artifact_id);
    return { artifacts: [await api.post(`${ARTIFACT}/rollback`, { params, body: { version, op_id } })] };
  },
};

export const deleteArtifact: CommandKind<DeleteArtifact> = {
  ...onArtifact,
  async perform({ api }, { artifact_id }, op_id) {
    const params = { ...artifactAt(artifact_id), query: { op_id } };
    return { artifacts: [await api.delete(ARTIFACT, { params })] };
  },
  optimistic: (rows, { command, created_at }) => changed(rows, command, { deleted_at: created_at }),
};

export const restoreArtifact: CommandKind<RestoreArtifact> = {
  ...onArtifact,
  async perform({ api }, { artifact_id }, op_id) {
    const params = { ...artifactAt(artifact_id), query: { op_id } };
    return { artifacts: [await api.post(`${ARTIFACT}/restore`, { params })] };
  },
  optimistic: (rows, { command }) => changed(rows, command, { deleted_at: null }),
};

export function artifactAt(artifact_id: string) {
  return { path: { artifact_id } };
}

function edited(rows: Rows, command: OfArtifact, changes: ArtifactChanges, version_at: string): Entities {
  const row = rows.artifacts.get(command.artifact_id);
  const isSaid = changes.content !== undefined || changes.css !== undefined;
  return changed(rows, command, { ...changes, ...(row && isSaid && { version: row.version + 1, version_at }) });
}

/** Nothing, of one that is not known. */
function changed(rows: Rows, { artifact_id }: OfArtifact, changes: Partial<Artifact>): Entities {
  const row = rows.artifacts.get(artifact_id);
  return row ? { artifacts: [{ ...row, ...changes, rev: row.rev + 1 }] } : {};
}
