import { useQuery } from '@tanstack/react-query';
import { ChevronDown, History } from 'lucide-react';
import { useId, useState } from 'react';
import type { Locrit, MessageRow } from '../../core';
import { useClient } from '../app-context';
import { cx } from '../kit/cx';
import { ErrorState, Skeleton } from '../kit/states';
import { memoryText } from '../text/memory';
import { useText, useTextOf } from '../text/text';
import { RecalledItem } from './RecalledItem';
import { RecalledMemories } from './RecalledMemories';

interface Props {
  message: MessageRow;
  locrit: Locrit;
}

/** Above a reply: what its model was reminded of, from which conversation, and why. */
export default function RecalledThings({ message, locrit }: Props) {
  const memory = useTextOf(memoryText);
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className="mb-2">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="touch-target flex min-h-6 items-center gap-1.5 rounded-s text-ink-3 text-xs hover:text-ink"
      >
        <History aria-hidden className="size-3.5" />
        {memory.recalled(message.context?.recalled ?? 0)}
        <ChevronDown aria-hidden className={cx('size-3 transition-transform', open && 'rotate-180')} />
      </button>
      <div id={id} hidden={!open}>
        {open && <List message={message} locrit={locrit} />}
      </div>
    </div>
  );
}

function List({ message: { conversation_id, message_id }, locrit }: Props) {
  const t = useText();
  const memory = useTextOf(memoryText);
  const client = useClient();
  const { data, isError } = useQuery({
    queryKey: ['recalled', message_id],
    queryFn: () => client.recall.of(conversation_id, message_id),
    gcTime: 0,
  });
  if (isError) return <ErrorState className="py-4" title={memory.failed} text={t.archive.trashFailedHint} />;
  if (!data) return <Skeleton className="my-2 h-16" />;
  if (data.recalled.length + data.memories.length === 0)
    return <p className="py-2 text-ink-2 text-sm">{memory.recalledNone}</p>;
  return (
    <ol className="mt-1 border-line border-l-2 pl-3">
      <RecalledMemories recalled={data.memories} locrit={locrit} />
      {data.recalled.map((one) => (
        <RecalledItem key={`${one.message_id} ${one.start}`} one={one} locrit={locrit} />
      ))}
    </ol>
  );
}
