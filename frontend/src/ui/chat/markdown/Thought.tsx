import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '../../text/text';

interface Props {
  children: ReactNode;
  /** More of it may come. */
  streaming?: boolean;
  durationS?: number;
  /** Unfolded, as when a search led to words in it. */
  open?: boolean;
}

/** What a model thought before it spoke, folded: the words are there, and are not the answer. */
export function Thought({ children, streaming = false, durationS, open }: Props) {
  const t = useText();
  return (
    <details className="thought" open={open}>
      <summary dir="auto">
        <ChevronRight aria-hidden className="size-4 shrink-0" />
        {streaming ? t.reply.thinks : durationS === undefined ? t.reply.thought : t.reply.thoughtFor(durationS)}
      </summary>
      {children}
    </details>
  );
}
