import { Download } from 'lucide-react';
import { basePath, type Locrit } from '../../core';
import { explorerText } from '../text/explorer';
import { useTextOf } from '../text/text';
import type { Exported } from './queries';

const FORMATS = { csv: 'CSV', json: 'JSON', md: 'Markdown' };

/** Everything of a kind as a file, for other programs. */
export function Export({ locrit, what }: { locrit: Locrit; what: Exported }) {
  const t = useTextOf(explorerText);
  const address = `${basePath()}api/v2/locrits/${encodeURIComponent(locrit.name)}/memory/export`;
  return (
    <p className="flex items-center gap-3 text-ink-3 text-sm">
      <span className="inline-flex items-center gap-1.5">
        <Download aria-hidden className="size-4" />
        {t.export}
      </span>
      {Object.entries(FORMATS).map(([format, name]) => (
        <a
          key={format}
          href={`${address}?what=${what}&format=${format}`}
          download
          aria-label={t.exportAs(t.exported[what], name)}
          className="touch-target text-ink-2 underline underline-offset-2 hover:text-ink"
        >
          {name}
        </a>
      ))}
    </p>
  );
}
