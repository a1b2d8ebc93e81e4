import { type ComponentProps, createContext, type ReactNode, type ToggleEvent, useContext, useState } from 'react';

/** The message around: ids of its headings and footnotes begin with it. */
export const MessageId = createContext('');

/** What a reader unfolded or folded, by message and place: it outlasts the rows, which go when they are out of sight. */
const OpenedContext = createContext<Map<string, boolean> | null>(null);

export function Opened({ children }: { children: ReactNode }) {
  const [kept] = useState(() => new Map<string, boolean>());
  return <OpenedContext value={kept}>{children}</OpenedContext>;
}

/** What the reader chose, if it was chosen. */
function useChosen(place: string): [boolean | undefined, (open: boolean) => void] {
  const key = `${useContext(MessageId)} ${place}`;
  const kept = useContext(OpenedContext);
  const [chosen, setChosen] = useState(kept?.get(key));
  function choose(open: boolean) {
    kept?.set(key, open);
    setChosen(open);
  }
  return [chosen, choose];
}

export function useOpened(place: string, initially: boolean): [boolean, (open: boolean) => void] {
  const [chosen, choose] = useChosen(place);
  const [first] = useState(initially);
  return [chosen ?? first, choose];
}

interface Props extends ComponentProps<'details'> {
  /** Which of the message's folds it is. */
  place: string;
}

/** Open as long as it is to be, or as the reader wants it. */
export function Fold({ place, open: wanted = false, ...rest }: Props) {
  const [chosen, choose] = useChosen(place);
  const open = chosen ?? wanted;
  const onToggle = (event: ToggleEvent<HTMLDetailsElement>) => {
    if (event.currentTarget.open !== open) choose(event.currentTarget.open);
  };
  return <details {...rest} open={open} onToggle={onToggle} />;
}
