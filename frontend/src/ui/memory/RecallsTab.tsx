import { ChevronDown, History } from 'lucide-react';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import type { LocritRow, RecallLog } from '../../core';
import { RecalledItem } from '../chat/RecalledItem';
import { RecalledMemories } from '../chat/RecalledMemories';
import { cx } from '../kit/cx';
import { LongList } from '../kit/LongList';
import { EmptyState, Skeleton } from '../kit/states';
import { nextPage } from '../next-page';
import { paths } from '../paths';
import { explorerText } from '../text/explorer';
import { memoryText } from '../text/memory';
import { Time } from '../text/Time';
import { useTextOf } from '../text/text';
import { MemoryFailed } from './MemoryFailed';
import { useRecalls } from './queries';

const ROW_PX = 84;

type Entry = RecallLog['entries'][number];

/** For which replies what was recalled, and why. */
export default function RecallsTab({ locrit }: { locrit: LocritRow }) {
  const t = useTextOf(explorerText);
  const log = useRecalls(locrit.name);
  const { data, error, refetch } = log;
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-40" />;
  const entries = new Map(data.pages.flatMap((page) => page.entries).map((one) => [one.reply_id, one]));
  if (!entries.size) return <EmptyState icon={<History />} title={t.logNone} text={t.logNoneHint(locrit.name)} />;
  return (
    <>
      <p className="mb-2 text-ink-2 text-sm">{t.logAbout}</p>
      <LongList
        label={t.tabs.recalls}
        rows={[...entries.values()]}
        keyOf={(entry) => entry.reply_id}
        height={ROW_PX}
        onEnd={nextPage(log)}
      >
        {(entry) => <Recall entry={entry} locrit={locrit} />}
      </LongList>
    </>
  );
}

function Recall({ entry, locrit }: { entry: Entry; locrit: LocritRow }) {
  const t = useTextOf(explorerText);
  const memory = useTextOf(memoryText);
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className="border-line border-b py-3">
      <Link
        to={paths.chat(locrit.name, entry.conversation_id, entry.reply_id)}
        title={t.toReply}
        className="-mx-2 block rounded-s px-2 py-1 hover:bg-paper-2"
      >
        <span className="flex items-baseline gap-2 text-ink-3 text-xs">
          <span dir="auto" className="min-w-0 truncate">
            {entry.conversation_title || memory.untitled}
          </span>
          <Time moment={entry.created_at} as="brief" className="ml-auto shrink-0 tabular-nums" />
        </span>
        <span dir="auto" className="line-clamp-2 text-sm [overflow-wrap:anywhere]">
          {entry.question}
        </span>
      </Link>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="touch-target flex min-h-6 items-center gap-1.5 rounded-s text-ink-3 text-xs hover:text-ink"
      >
        {memory.recalled(entry.recalled.length + entry.memories.length)}
        <ChevronDown aria-hidden className={cx('size-3 transition-transform', open && 'rotate-180')} />
      </button>
      <ol id={id} hidden={!open} className="mt-1 border-line border-l-2 pl-3">
        {open && <RecalledMemories recalled={entry.memories} locrit={locrit} />}
        {open &&
          entry.recalled.map((one) => (
            <RecalledItem key={`${one.message_id} ${one.start}`} one={one} locrit={locrit} />
          ))}
      </ol>
    </div>
  );
}
