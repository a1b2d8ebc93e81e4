import { Dialog } from 'radix-ui';
import { useEffect, useRef } from 'react';
import { leaveFocus } from '../kit/Dialog';
import { artifactsText } from '../text/artifacts';
import { useTextOf } from '../text/text';
import { accentOf } from '../theme/accent';
import ArtifactPanel, { type PanelProps } from './ArtifactPanel';

interface Props extends PanelProps {
  isWide: boolean;
}

/** Beside the conversation, or over it where there is no room. */
export default function Beside({ isWide, ...props }: Props) {
  return isWide ? <Aside {...props} /> : <Sheet {...props} />;
}

function Aside(props: PanelProps) {
  const { id } = props;
  const t = useTextOf(artifactsText);
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
      <ArtifactPanel key={props.id} {...props} />
    </section>
  );
}

/** Beside the page in the document: it does not inherit its colours. */
function Sheet(props: PanelProps) {
  const t = useTextOf(artifactsText);
  return (
    <Dialog.Root open onOpenChange={props.onClose}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={leaveFocus}
          className="fixed inset-0 z-40 bg-paper outline-none"
          {...accentOf(props.locrit)}
        >
          <Dialog.Title className="sr-only">{t.title}</Dialog.Title>
          <ArtifactPanel key={props.id} {...props} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
