import { CalendarDays, NotebookPen } from 'lucide-react';
import { Link } from 'react-router';
import type { LocritRow, MemoryRow } from '../../core';
import { plainText } from '../chat/markdown/plain';
import { Button } from '../kit/Button';
import { LongList } from '../kit/LongList';
import { EmptyState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { explorerText } from '../text/explorer';
import { useFormat } from '../text/format-date';
import { memoryText } from '../text/memory';
import { useTextOf } from '../text/text';
import { asLocal, boundsOf, type Day, monthOf, nameOfDay } from './days';
import { MemoryFailed } from './MemoryFailed';
import { type Found, useFound, useSummary } from './queries';
import { useFilters } from './use-filters';
import { useMemories } from './use-memories';

const ROW_PX = 148;
/** Of a day, so many messages tell what it was about. */
const GLIMPSE = 12;
const MOST_TALKS = 3;
const MOST_NOTES = 2;

interface Line extends Day {
  notes: MemoryRow[];
  /** The first of its month. */
  opens: boolean;
}

/** Day by day, the newest first: how much was said, in which conversations, and what was noted. */
export function Timeline({ locrit }: { locrit: LocritRow }) {
  const t = useTextOf(explorerText);
  const format = useFormat();
  const [filter, set] = useFilters();
  const { data, error, refetch } = useSummary(locrit.name);
  const { rows: notes = [] } = useMemories(locrit);
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-60" />;
  const until = filter('until');
  const lines = linesOf(data.activity, notes, until);
  if (!lines.length && !until)
    return <EmptyState icon={<CalendarDays />} title={t.timelineNone} text={t.timelineNoneHint} />;
  return (
    <>
      {until && (
        <div className="mb-3 flex flex-wrap items-center gap-3">
          <p role="status" className="text-ink-3 text-sm">
            {t.until(format.since(asLocal(`${until}-01`)))}
          </p>
          <Button small variant="ghost" onClick={() => set({ until: '' })}>
            {t.toNewest}
          </Button>
        </div>
      )}
      <LongList label={t.tabs.timeline} rows={lines} keyOf={(line) => line.day} height={ROW_PX}>
        {(line) => <DayLine line={line} locrit={locrit} />}
      </LongList>
    </>
  );
}

/** The days with words or notes, to the end of a month. */
function linesOf(activity: Day[], notes: MemoryRow[], until: string): Line[] {
  const noted = new Map<string, MemoryRow[]>();
  for (const note of notes) {
    const day = nameOfDay(note.created_at);
    noted.set(day, [...(noted.get(day) ?? []), note]);
  }
  const counts = new Map(activity.map(({ day, messages }) => [day, messages]));
  const days = [...new Set([...counts.keys(), ...noted.keys()])].filter((day) => !until || monthOf(day) <= until);
  return days
    .sort()
    .reverse()
    .map((day, at, all) => ({
      day,
      messages: counts.get(day) ?? 0,
      notes: noted.get(day) ?? [],
      opens: monthOf(day) !== monthOf(all[at - 1] ?? ''),
    }));
}

function DayLine({ line: { day, messages, notes, opens }, locrit }: { line: Line; locrit: LocritRow }) {
  const t = useTextOf(explorerText);
  const format = useFormat();
  const date = asLocal(day);
  return (
    <div>
      {opens && <h2 className="serif pt-4 pb-2 text-lg">{format.monthYear(date)}</h2>}
      <div className="border-line border-l-2 py-2 pl-4">
        <p className="flex flex-wrap items-baseline gap-x-3 text-sm">
          <span className="font-[550]">{format.day(date)}</span>
          {messages > 0 && (
            <Link
              to={paths.explorer(locrit.name, 'messages', { day })}
              className="touch-target text-ink-2 tabular-nums underline underline-offset-2 hover:text-ink"
            >
              {t.onDay(messages)}
            </Link>
          )}
        </p>
        {messages > 0 && <Talks day={day} locrit={locrit} />}
        {notes.slice(0, MOST_NOTES).map((note) => (
          <Link
            key={note.id}
            to={paths.memories(locrit.name)}
            className="-mx-2 mt-1 flex items-baseline gap-2 rounded-s px-2 py-0.5 text-ink-2 text-sm hover:bg-paper-2"
          >
            <NotebookPen aria-hidden className="size-3.5 shrink-0 self-center text-accent" />
            <span className="sr-only">{t.remembered}</span>
            <span dir="auto" className="min-w-0 truncate">
              {note.content}
            </span>
          </Link>
        ))}
      </div>
    </div>
  );
}

/** Which conversations they were in, each by the last that was said there. */
function Talks({ day, locrit }: { day: string; locrit: LocritRow }) {
  const memory = useTextOf(memoryText);
  const { data, isPlaceholderData } = useFound(locrit.name, { q: '', ...boundsOf(day) }, GLIMPSE);
  if (!data || isPlaceholderData) return <div className="h-7" />;
  const talks = new Map<string, Found>();
  for (const hit of data.pages.flatMap((page) => page.hits))
    if (!talks.has(hit.conversation_id)) talks.set(hit.conversation_id, hit);
  return (
    <ul>
      {[...talks.values()].slice(0, MOST_TALKS).map((hit) => (
        <li key={hit.conversation_id}>
          <Link
            to={paths.chat(locrit.name, hit.conversation_id, hit.message_id)}
            title={memory.open}
            className="-mx-2 flex items-baseline gap-2 rounded-s px-2 py-0.5 text-sm hover:bg-paper-2"
          >
            <span dir="auto" className="max-w-[45%] shrink-0 truncate">
              {hit.session_name || memory.untitled}
            </span>
            <span dir="auto" className="min-w-0 truncate text-ink-3">
              {plainText(hit.snippet)}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
