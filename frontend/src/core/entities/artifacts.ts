import type { Artifact, ArtifactVersion } from '../types';
import { type EntityKind, forgottenOf } from './kind';

/** So many are kept here; the server has all. */
const MOST_EARLIER = 50;

/** With those of its earlier versions that this browser has seen. */
export type StoredArtifact = Artifact & { earlier?: ArtifactVersion[] };

export const artifacts: EntityKind<'artifact'> = {
  name: 'artifact',
  stores: { 4: 'id, conversation_id, message_id' },
  givenBack: 'in its conversation',
  idOf: (row) => row.id,
  merge: mergeArtifact,
};

/** What it said before stays with it, until it is forgotten. */
export function mergeArtifact(current: StoredArtifact, incoming: StoredArtifact): StoredArtifact {
  const forgotten = forgottenOf(current, incoming);
  if (forgotten) return forgotten;
  if (incoming.rev < current.rev) return current;
  if (incoming.forgotten_at) return incoming;
  const seen = [...(current.earlier ?? []), versionOf(current), ...(incoming.earlier ?? [])];
  const numbered = new Map(seen.map((one) => [one.version, one]));
  const earlier = [...numbered.values()].filter(({ version }) => version < incoming.version);
  earlier.sort((a, b) => a.version - b.version);
  return earlier.length > 0 ? { ...incoming, earlier: earlier.slice(-MOST_EARLIER) } : incoming;
}

export function versionOf({ version, content, css, version_at: created_at }: Artifact): ArtifactVersion {
  return { version, content, css, created_at };
}
