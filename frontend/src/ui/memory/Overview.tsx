import { NotebookText } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Link } from 'react-router';
import type { Locrit } from '../../core';
import { Button } from '../kit/Button';
import { EmptyState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { useFormat } from '../text/format-date';
import { memoryText } from '../text/memory';
import { notesText } from '../text/notes';
import { useTextOf } from '../text/text';
import { asLocal, lastDays } from './days';
import { HeatMap } from './HeatMap';
import { MemoryFailed } from './MemoryFailed';
import { MessageCard } from './MessageCard';
import { type Stats, type Summary, useStats, useSummary } from './queries';
import { SectionTitle } from './SectionTitle';
import type { TabName } from './tabs';

const ActivityChart = lazy(() => import('./ActivityChart'));

const RECENT = 3;

interface Props {
  locrit: Locrit;
  onOpen: (tab: TabName) => void;
}

export function Overview({ locrit, onOpen }: Props) {
  const memory = useTextOf(memoryText);
  const summary = useSummary(locrit.name);
  const stats = useStats(locrit.name);
  const error = summary.error ?? stats.error;
  if (error) return <MemoryFailed error={error} onRetry={() => Promise.all([summary.refetch(), stats.refetch()])} />;
  if (!summary.data || !stats.data) return <Waiting />;
  if (!summary.data.total_messages)
    return (
      <EmptyState
        icon={<NotebookText />}
        title={memory.openingNone(locrit.name)}
        text={memory.openingNoneHint}
        action={
          <Button asChild variant="primary">
            <Link to={paths.chat(locrit.name)}>{memory.talk(locrit.name)}</Link>
          </Button>
        }
      />
    );
  return <Known locrit={locrit} summary={summary.data} stats={stats.data} onOpen={onOpen} />;
}

function Known({ locrit, summary, stats, onOpen }: Props & { summary: Summary; stats: Stats }) {
  const t = useTextOf(memoryText);
  const { activity } = stats;
  return (
    <div className="flex flex-col gap-12">
      <Opening locrit={locrit} summary={summary} stats={stats} />
      <Numbers stats={stats} onOpen={onOpen} />
      <HeatMap activity={activity} locrit={locrit} />
      <Suspense fallback={<Skeleton className="h-56" />}>
        <ActivityChart days={lastDays(activity, 30)} locrit={locrit} />
      </Suspense>
      <section>
        <SectionTitle>{t.recent}</SectionTitle>
        <ul className="flex flex-col">
          {summary.recent_messages
            .slice(-RECENT)
            .reverse()
            .map((message) => (
              <MessageCard key={message.id} message={message} locrit={locrit} clamp />
            ))}
        </ul>
      </section>
    </div>
  );
}

/** What there is, in one sentence. */
function Opening({ locrit, summary, stats }: { locrit: Locrit; summary: Summary; stats: Stats }) {
  const t = useTextOf(memoryText);
  const format = useFormat();
  const [first] = stats.activity;
  const about = summary.top_concepts.slice(0, 2).map((concept) => concept.name);
  const week = lastDays(stats.activity, 7).reduce((sum, day) => sum + day.messages, 0);
  return (
    <div>
      <p className="serif max-w-[30ch] text-balance text-xl sm:text-2xl">
        {t.opening(summary.total_messages, locrit.name, first ? format.since(asLocal(first.day)) : null, about)}
      </p>
      <p className="mt-2 text-ink-3">{t.lately(week)}</p>
    </div>
  );
}

const showYear = () => document.getElementById('year')?.scrollIntoView({ block: 'start' });

function Numbers({ stats, onOpen }: { stats: Stats; onOpen: (tab: TabName) => void }) {
  const t = useTextOf(memoryText);
  const notes = useTextOf(notesText);
  const format = useFormat();
  const { total_messages, total_sessions, total_memories } = stats.statistics;
  const doors: [number, string, () => void][] = [
    [total_messages, t.countMessages(total_messages), () => onOpen('messages')],
    [total_sessions, t.countSessions(total_sessions), () => onOpen('sessions')],
    [total_memories, notes.count(total_memories), () => onOpen('notes')],
    [stats.activity.length, t.countDays(stats.activity.length), showYear],
  ];
  return (
    <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-l border border-line bg-line sm:grid-cols-4">
      {doors.map(([count, label, open]) => (
        <li key={label}>
          <button
            type="button"
            onClick={open}
            className="flex h-full w-full flex-col bg-paper p-3 text-left sm:p-4 -outline-offset-2 hover:bg-accent-soft"
          >
            <span className="serif block text-xl tabular-nums">{format.number(count)}</span>
            <span className="block text-ink-2 text-xs sm:text-sm">{label}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Waiting() {
  return (
    <div className="flex flex-col gap-8">
      <Skeleton className="h-20 max-w-110" />
      <Skeleton className="h-20" />
      <Skeleton className="h-36" />
    </div>
  );
}
