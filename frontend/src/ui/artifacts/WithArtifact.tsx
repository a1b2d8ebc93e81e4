import { type ReactNode, Suspense, useState } from 'react';
import { later } from '../kit/later';
import { useIsWide } from '../shell/use-is-wide';
import type { View } from './ArtifactPanel';
import { useOpenArtifact } from './use-artifacts';

const Beside = later(() => import('./Beside'));

/** The conversation, and beside it, or over it where there is no room, the artifact that the address names. */
export function WithArtifact({ locrit, children }: { locrit: string; children: ReactNode }) {
  const { id, close } = useOpenArtifact();
  const isWide = useIsWide();
  const [view, setView] = useState<View>(); // it stays when a window becomes narrow
  return (
    <div className="flex h-full">
      <div className="min-w-0 flex-1">{children}</div>
      {id && (
        <Suspense fallback={null}>
          <Beside {...{ locrit, isWide, id, view, setView, onClose: close }} />
        </Suspense>
      )}
    </div>
  );
}
