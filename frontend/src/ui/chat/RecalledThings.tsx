import { useQuery } from '@tanstack/react-query';
import { ChevronDown, History } from 'lucide-react';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import type { Locrit, MessageRow, Recalled } from '../../core';
import { useClient } from '../app-context';
import { cx } from '../kit/cx';
import { ErrorState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { memoryText } from '../text/memory';
import { Time } from '../text/Time';
import { useText, useTextOf } from '../text/text';

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
    queryFn: () =>
      client.api.get('/api/v2/conversations/{conversation_id}/messages/{message_id}/recalled', {
        params: { path: { conversation_id, message_id } },
      }),
    gcTime: 0,
  });
  if (isError) return <ErrorState className="py-4" title={memory.failed} text={t.archive.trashFailedHint} />;
  if (!data) return <Skeleton className="my-2 h-16" />;
  if (data.recalled.length === 0) return <p className="py-2 text-ink-2 text-sm">{memory.recalledNone}</p>;
  return (
    <ol className="mt-1 border-line border-l-2 pl-3">
      {data.recalled.map((one) => (
        <Item key={`${one.message_id} ${one.start}`} one={one} locrit={locrit} />
      ))}
    </ol>
  );
}

function Item({ one, locrit }: { one: Recalled; locrit: Locrit }) {
  const memory = useTextOf(memoryText);
  const reasons = Object.entries(memory.reasons).flatMap(([name, reason]) =>
    (one.features[name] ?? 0) > 0.2 ? [reason] : [],
  );
  return (
    <li>
      <Link
        to={paths.chat(locrit.name, one.conversation_id, one.message_id)}
        title={memory.open}
        className="-mx-2 block rounded-s px-2 py-1.5 text-sm hover:bg-paper-2"
      >
        <p className="flex items-baseline gap-2 text-ink-3 text-xs">
          <span className="font-[550] text-ink-2">
            {one.role === 'user' ? memory.saidByYou : memory.saidBy(locrit.name)}
          </span>
          <span className="min-w-0 truncate">{one.conversation_title || memory.untitled}</span>
          <Time moment={one.created_at} as="brief" className="ml-auto shrink-0 tabular-nums" />
        </p>
        <p dir="auto" className="line-clamp-4 whitespace-pre-line text-ink-2 [overflow-wrap:anywhere]">
          {one.content}
        </p>
        <p className="text-ink-3 text-xs">{memory.why(one.terms, reasons)}</p>
      </Link>
    </li>
  );
}
