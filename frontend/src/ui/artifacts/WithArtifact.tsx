import { Dialog } from 'radix-ui';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { leaveFocus } from '../kit/Dialog';
import { useIsWide } from '../shell/use-is-wide';
import { useText } from '../text/text';
import { accentOf } from '../theme/accent';
import type { PanelProps, View } from './ArtifactPanel';
import { useOpenArtifact } from './use-artifacts';

const ArtifactPanel = lazy(() => import('./ArtifactPanel'));

/** The conversation, and beside it, or over it where there is no room, the artifact that the address names. */
export function WithArtifact({ locrit, children }: { locrit: string; children: ReactNode }) {
  const { id, close } = useOpenArtifact();
  const isWide = useIsWide();
  const [view, setView] = useState<View>(); // it stays when a window becomes narrow
  return (
    <div className="flex h-full">
      <div className="min-w-0 flex-1">{children}</div>
      {id && isWide && <Aside {...{ id, view, setView, onClose: close }} />}
      {id && !isWide && <Sheet {...{ locrit, id, view, setView, onClose: close }} />}
    </div>
  );
}

function Aside(props: PanelProps) {
  const { id } = props;
  const t = useText().artifacts;
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const [box, from] = [panel.current, document.querySelector<HTMLElement>(`[data-artifact="${CSS.escape(id)}"]`)];
    box?.focus({ preventScroll: true });
    return () => {
      if (document.activeElement === document.body || box?.contains(document.activeElement)) from?.focus();
    };
  }, [id]);
  return (
    <section
      ref={panel}
      tabIndex={-1}
      aria-label={t.title}
      className="w-[min(48%,760px)] border-line border-l outline-none"
    >
      <Later {...props} />
    </section>
  );
}

/** Beside the page in the document: it does not inherit its colours. */
function Sheet({ locrit, ...props }: PanelProps & { locrit: string }) {
  const t = useText().artifacts;
  return (
    <Dialog.Root open onOpenChange={props.onClose}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={leaveFocus}
          className="fixed inset-0 z-40 bg-paper outline-none"
          {...accentOf(locrit)}
        >
          <Dialog.Title className="sr-only">{t.title}</Dialog.Title>
          <Later {...props} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Later(props: PanelProps) {
  return (
    <Suspense fallback={null}>
      <ArtifactPanel key={props.id} {...props} />
    </Suspense>
  );
}
