import { Link } from 'react-router';
import type { ArtifactRow } from '../../core';
import { artifactsText } from '../text/artifacts';
import { useTextOf } from '../text/text';
import { ICONS } from './kinds';
import { FROM_PAGE, useOpenArtifact } from './use-artifacts';

/** What a reply made, below it: each opens beside the conversation. Loaded with the first one. */
export default function ArtifactCards({ made }: { made: readonly ArtifactRow[] }) {
  const t = useTextOf(artifactsText);
  return (
    <ul aria-label={t.title} className="mt-3 flex flex-wrap gap-2">
      {made.map((artifact) => (
        <li key={artifact.id} className="min-w-0">
          <Card artifact={artifact} />
        </li>
      ))}
    </ul>
  );
}

function Card({ artifact: { id, type, name, version } }: { artifact: ArtifactRow }) {
  const t = useTextOf(artifactsText);
  const isOpen = useOpenArtifact().id === id;
  const Icon = ICONS[type];
  return (
    <Link
      to={{ search: `?artifact=${encodeURIComponent(id)}` }}
      state={FROM_PAGE}
      replace={isOpen}
      aria-current={isOpen || undefined}
      data-artifact={id}
      className="touch-target flex min-h-12 max-w-80 items-center gap-3 rounded-l border border-line bg-raised px-3 py-2 shadow-low hover:bg-paper-3 aria-[current]:border-accent"
    >
      <Icon aria-hidden className="size-5 shrink-0 text-accent" />
      <span className="min-w-0">
        <span dir="auto" className="block truncate font-[550] text-sm">
          {name}
        </span>
        <span className="block text-ink-3 text-xs">
          {t.kinds[type]}
          {version > 1 && ` · ${t.version(version)}`}
        </span>
      </span>
    </Link>
  );
}
