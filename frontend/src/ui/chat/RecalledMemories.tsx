import { NotebookPen } from 'lucide-react';
import { Link } from 'react-router';
import type { Locrit, RecalledMemory } from '../../core';
import { paths } from '../paths';
import { memoryText } from '../text/memory';
import { Time } from '../text/Time';
import { useTextOf } from '../text/text';
import { reasonsOf } from './recall-reasons';

/** The memories among what a model was reminded of, always shown as such: those on top first. */
export function RecalledMemories({ recalled, locrit }: { recalled: readonly RecalledMemory[]; locrit: Locrit }) {
  const t = useTextOf(memoryText);
  return recalled.map(({ memory, features, terms }) => {
    const reasons = reasonsOf(features, t.reasons);
    return (
      <li key={memory.id}>
        <Link to={paths.memories(locrit.name)} className="-mx-2 block rounded-s px-2 py-1.5 text-sm hover:bg-paper-2">
          <p className="flex items-baseline gap-2 text-ink-3 text-xs">
            <NotebookPen aria-hidden className="size-3 self-center" />
            <span className="font-[550] text-ink-2">{t.aMemory}</span>
            <Time
              moment={memory.valid_from ?? memory.created_at}
              as="brief"
              className="ml-auto shrink-0 tabular-nums"
            />
          </p>
          <p dir="auto" className="line-clamp-4 whitespace-pre-line text-ink-2 [overflow-wrap:anywhere]">
            {memory.content}
          </p>
          <p className="text-ink-3 text-xs">
            {[memory.pinned && t.onTop, terms.length > 0 && t.why(terms, reasons)].filter(Boolean).join(' · ')}
          </p>
        </Link>
      </li>
    );
  });
}
