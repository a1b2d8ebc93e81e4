import { type ComponentProps, createContext, type ReactNode, useContext, useEffect, useState } from 'react';

/** The message around: ids of its headings and footnotes begin with it. */
export const MessageId = createContext('');

/** What a reader unfolded or folded, by message and place: it outlasts the rows, which go when they are out of sight. */
const OpenedContext = createContext<Map<string, boolean> | null>(null);

export function Opened({ children }: { children: ReactNode }) {
  const [kept] = useState(() => new Map<string, boolean>());
  return <OpenedContext value={kept}>{children}</OpenedContext>;
}

export function useOpened(place: string, initially: boolean): [boolean, (open: boolean) => void] {
  const key = `${useContext(MessageId)} ${place}`;
  const kept = useContext(OpenedContext);
  const [open, setOpen] = useState(kept?.get(key) ?? initially);
  function choose(next: boolean) {
    kept?.set(key, next);
    setOpen(next);
  }
  return [open, choose];
}

interface Props extends ComponentProps<'details'> {
  /** Which of the message's folds it is. */
  place: string;
}

export function Fold({ place, open: wanted = false, ...rest }: Props) {
  const [open, setOpen] = useOpened(place, wanted);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it is wanted anew.
  useEffect(() => {
    if (wanted) setOpen(true);
  }, [wanted]);
  return <details {...rest} open={open} onToggle={(event) => setOpen(event.currentTarget.open)} />;
}
