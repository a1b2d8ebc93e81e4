import { Dialog } from 'radix-ui';
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { leaveFocus } from '../kit/Dialog';
import { useIsWide } from '../shell/use-is-wide';
import { useText } from '../text/text';
import { useOpenArtifact } from './use-artifacts';

const ArtifactPanel = lazy(() => import('./ArtifactPanel'));

/** The conversation, and beside it, or over it where there is no room, the artifact that the address names. */
export function WithArtifact({ children }: { children: ReactNode }) {
  const { id, close } = useOpenArtifact();
  const isWide = useIsWide();
  return (
    <div className="flex h-full">
      <div className="min-w-0 flex-1">{children}</div>
      {id && isWide && <Aside id={id} onClose={close} />}
      {id && !isWide && <Sheet id={id} onClose={close} />}
    </div>
  );
}

interface Props {
  id: string;
  onClose: () => void;
}

function Aside({ id, onClose }: Props) {
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
      <Later id={id} onClose={onClose} />
    </section>
  );
}

function Sheet({ id, onClose }: Props) {
  const t = useText().artifacts;
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={leaveFocus}
          className="fixed inset-0 z-40 bg-paper outline-none"
        >
          <Dialog.Title className="sr-only">{t.title}</Dialog.Title>
          <Later id={id} onClose={onClose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Later(props: Props) {
  return (
    <Suspense fallback={null}>
      <ArtifactPanel key={props.id} {...props} />
    </Suspense>
  );
}
