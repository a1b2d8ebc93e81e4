import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useText } from '../../text/text';
import { Fold } from '../opened';
import { useSeconds } from '../use-seconds';

/** What took less is not told by its seconds. */
const LEAST_S = 0.5;

interface Props {
  /** Which of the message's thoughts it is. */
  place: string;
  children: ReactNode;
  /** More of it may come. */
  streaming?: boolean;
  durationS?: number;
}

/**
 * What a model thinks before it speaks: open while it does, folded when it goes on, unless the reader wants it otherwise.
 * The words are there, and are not the answer.
 */
export function Thought({ place, children, streaming = false, durationS = 0 }: Props) {
  const t = useText();
  const told = durationS < LEAST_S ? t.reply.thought : t.reply.thoughtFor(durationS);
  return (
    <Fold place={place} className="thought" open={streaming}>
      <summary dir="auto">
        <ChevronRight aria-hidden className="size-4 shrink-0" />
        {streaming ? <Clock /> : told}
      </summary>
      {children}
    </Fold>
  );
}

/** How long it thinks already, as far as this page has seen it. Not read out each second. */
function Clock() {
  const t = useText();
  const [begun] = useState(Date.now);
  const seconds = useSeconds(begun);
  return (
    <>
      {t.reply.thinks}
      {seconds > 0 && (
        <span aria-hidden className="tabular-nums">
          {t.reply.seconds(seconds)}
        </span>
      )}
    </>
  );
}
