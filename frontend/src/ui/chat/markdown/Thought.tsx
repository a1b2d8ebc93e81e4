import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '../../text/text';
import { Fold } from '../opened';

interface Props {
  /** Which of the message's thoughts it is. */
  place: string;
  children: ReactNode;
  /** More of it may come. */
  streaming?: boolean;
  durationS?: number;
  /** Unfolded, as when a search led to words in it. */
  open?: boolean;
}

/** What a model thought before it spoke, folded: the words are there, and are not the answer. */
export function Thought({ place, children, streaming = false, durationS, open }: Props) {
  const t = useText();
  return (
    <Fold place={place} className="thought" open={open}>
      <summary dir="auto">
        <ChevronRight aria-hidden className="size-4 shrink-0" />
        {streaming ? t.reply.thinks : durationS === undefined ? t.reply.thought : t.reply.thoughtFor(durationS)}
      </summary>
      {children}
    </Fold>
  );
}
