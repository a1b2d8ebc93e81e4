import { EyeOff, Pin, ThumbsDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Locrit, Recalled, RecallWish } from '../../core';
import { useClient, useLive } from '../app-context';
import { useKept } from '../failed';
import { paths } from '../paths';
import { memoryText } from '../text/memory';
import { Time } from '../text/Time';
import { useTextOf } from '../text/text';
import { plainText } from './markdown/plain';
import { reasonsOf } from './recall-reasons';

interface Props {
  one: Recalled;
  locrit: Locrit;
  /** What else there is to say of it. */
  children?: ReactNode;
}

const MARKS = [
  ['pinned', Pin],
  ['less', ThumbsDown],
  ['never', EyeOff],
] as const;

/** What was said, by whom and when, which leads there; why it was recalled, and what a person wants of it. */
export function RecalledItem({ one, locrit, children }: Props) {
  const memory = useTextOf(memoryText);
  const mark = useLive((client) => client.recall.markOf(one.message_id), [one.message_id]) ?? 'none';
  const reasons = reasonsOf(one.features, memory.reasons);
  return (
    <li className="py-1">
      <Link
        to={paths.chat(locrit.name, one.conversation_id, one.message_id)}
        title={memory.open}
        className="-mx-2 block rounded-s px-2 py-1 text-sm hover:bg-paper-2"
      >
        <p className="flex items-baseline gap-2 text-ink-3 text-xs">
          <span className="shrink-0 font-[550] text-ink-2">
            {one.role === 'user' ? memory.saidByYou : memory.saidBy(locrit.name)}
          </span>
          <span className="min-w-0 truncate">{one.conversation_title || memory.untitled}</span>
          <Time moment={one.created_at} as="brief" className="ml-auto shrink-0 tabular-nums" />
        </p>
        <p dir="auto" className="line-clamp-4 whitespace-pre-line text-ink-2 [overflow-wrap:anywhere]">
          {plainText(one.content)}
        </p>
        <p className="text-ink-3 text-xs">{memory.why(one.terms, reasons)}</p>
      </Link>
      <Marks one={one} locrit={locrit} mark={mark} />
      {children}
    </li>
  );
}

function Marks({ one, locrit, mark }: Omit<Props, 'children'> & { mark: RecallWish }) {
  const memory = useTextOf(memoryText);
  const client = useClient();
  const isKept = useKept();
  const say = (next: RecallWish) => void isKept(client.recall.mark(one, locrit, next));
  if (mark !== 'none')
    return (
      <p role="status" className="flex min-h-6 flex-wrap items-center gap-x-2 text-ink-2 text-xs">
        {memory.marked[mark]}
        <button type="button" onClick={() => say('none')} className="touch-target rounded-s text-accent underline">
          {memory.undo}
        </button>
      </p>
    );
  return (
    <div className="flex min-h-6 flex-wrap items-center gap-x-4">
      {MARKS.map(([kind, Icon]) => (
        <button
          key={kind}
          type="button"
          onClick={() => say(kind)}
          className="touch-target inline-flex items-center gap-1 rounded-s text-ink-3 text-xs hover:text-ink"
        >
          <Icon aria-hidden className="size-3" />
          {memory.marks[kind]}
        </button>
      ))}
    </div>
  );
}
