import { type ComponentType, createContext, lazy, type ReactNode, useContext, useEffect, useState } from 'react';
import { useText } from '../text/text';
import { Button } from './Button';
import { Dialog } from './Dialog';

const AgainContext = createContext(() => {});

/**
 * A part of the page that is fetched when it is first shown. While the server is away a browser may not have it: then this
 * says so in its place, and what stands around it stays. It is asked for again by who wants to, or opens it anew.
 */
export function later<P extends object>(
  fetch: () => Promise<{ default: ComponentType<P> }>,
  Instead: ComponentType<P> = Unfetched,
): (props: P) => ReactNode {
  const part = () => lazy<ComponentType<P>>(() => fetch().catch(() => ({ default: Missing })));
  let Part = part();
  function Missing(props: P) {
    useEffect(
      () => () => {
        Part = part();
      },
      [],
    );
    return <Instead {...props} />;
  }
  return function Later(props: P) {
    const [Shown, show] = useState(() => Part);
    return (
      <AgainContext value={() => show(part)}>
        <Shown {...props} />
      </AgainContext>
    );
  };
}

export function Unfetched() {
  const t = useText();
  const again = useContext(AgainContext);
  return (
    <p role="status" className="flex flex-wrap items-center gap-3 p-4 text-ink-2 text-sm">
      {t.error.unfetched}
      <Button small onClick={again}>
        {t.retry}
      </Button>
    </p>
  );
}

/** Of a dialog. */
export function UnfetchedDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose} title={useText().app}>
      <div className="px-2 pb-2">
        <Unfetched />
      </div>
    </Dialog>
  );
}
