import { NotebookText } from 'lucide-react';
import { Link } from 'react-router';
import { type Locrit, visitorOf } from '../../core';
import { Button } from '../kit/Button';
import { EmptyState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { explorerText } from '../text/explorer';
import { useFormat } from '../text/format-date';
import { memoryText } from '../text/memory';
import { notesText } from '../text/notes';
import { useTextOf } from '../text/text';
import { Growth, Hours, Shares } from './Charts';
import { HeatMap } from './HeatMap';
import { MemoryFailed } from './MemoryFailed';
import { MessageCard } from './MessageCard';
import { type Found, type Remembered, type Summary, useSummary } from './queries';
import { SectionTitle } from './SectionTitle';

const RECENT = 3;

interface Props {
  locrit: Locrit;
  summary: Summary;
}

/** What there is in numbers, each of which leads to what it counts. */
export function Overview({ locrit }: { locrit: Locrit }) {
  const memory = useTextOf(memoryText);
  const t = useTextOf(explorerText);
  const { data, error, refetch } = useSummary(locrit.name);
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  if (data.total_messages) return <Known locrit={locrit} summary={data} />;
  return (
    <EmptyState
      icon={<NotebookText />}
      title={t.nothingYet}
      text={t.nothingYetHint}
      action={
        <Button asChild variant="primary">
          <Link to={paths.chat(locrit.name)}>{memory.talk(locrit.name)}</Link>
        </Button>
      }
    />
  );
}

function Known({ locrit, summary }: Props) {
  const t = useTextOf(explorerText);
  const memory = useTextOf(memoryText);
  const to = (filters: Record<string, string>) => paths.explorer(locrit.name, 'messages', filters);
  const recent = summary.recent_messages.slice(-RECENT).reverse();
  return (
    <div className="flex flex-col gap-10">
      <Numbers locrit={locrit} summary={summary} />
      <HeatMap activity={summary.activity} locrit={locrit} />
      <div className="grid gap-10 sm:grid-cols-2">
        <Growth activity={summary.activity} locrit={locrit} />
        <Hours hours={summary.hours} locrit={locrit} />
        <Shares
          title={t.models}
          shares={summary.models.map(({ model, messages }) => ({
            name: model,
            count: messages,
            label: t.byModel(model, messages),
            to: to({ model }),
          }))}
        />
        <Shares
          title={t.concepts}
          shares={summary.top_concepts.map(({ name, mentions }) => ({
            name,
            count: mentions,
            label: `${name}: ${t.mentions(mentions)}`,
            to: to({ q: name }),
          }))}
        />
      </div>
      <section>
        <SectionTitle more={<More to={to({})} />}>{memory.recent}</SectionTitle>
        <ul>
          {recent.map((message) => (
            <li key={message.id}>
              <MessageCard message={asFound(message, summary)} locrit={locrit} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function More({ to }: { to: string }) {
  const t = useTextOf(explorerText);
  return (
    <Link to={to} className="touch-target text-accent text-sm underline underline-offset-2">
      {t.allMessages}
    </Link>
  );
}

/** As a search finds it. */
function asFound(message: Remembered, { sessions, locrit_name }: Summary): Found {
  const session = sessions.find(({ conversation_id }) => conversation_id === message.conversation_id);
  return {
    ...message,
    message_id: message.id,
    created_at: message.timestamp,
    locrit_name: locrit_name ?? '',
    session_name: session?.name ?? '',
    forked_from: session?.forked_from ?? null,
    visitor: session && visitorOf({ ...session, metadata: {} }),
    snippet: message.content,
  };
}

function Numbers({ locrit, summary }: Props) {
  const t = useTextOf(explorerText);
  const memory = useTextOf(memoryText);
  const notes = useTextOf(notesText);
  const format = useFormat();
  const { statistics, messages_by_role: said, activity } = summary;
  const { total_messages, total_sessions, total_memories, total_concepts } = statistics;
  const to = (tab: string, filters?: Record<string, string>) => paths.explorer(locrit.name, tab, filters);
  const doors: [number, string, string][] = [
    [total_messages, memory.countMessages(total_messages), to('messages')],
    [said.user ?? 0, t.saidByYou, to('messages', { role: 'user' })],
    [said.assistant ?? 0, t.saidBy(locrit.name), to('messages', { role: 'assistant' })],
    [total_sessions, memory.countSessions(total_sessions), to('sessions')],
    [total_memories, notes.count(total_memories), to('notes')],
    [activity.length, memory.countDays(activity.length), to('timeline')],
  ];
  if (total_concepts) doors.push([total_concepts, t.countConcepts(total_concepts), to('concepts')]);
  return (
    <ul className="flex flex-wrap overflow-hidden rounded-l border border-line">
      {doors.map(([count, label, door]) => (
        <li key={label} className="-m-px min-w-1/3 grow basis-30 border border-line sm:min-w-0">
          <Link to={door} className="flex h-full flex-col p-3 sm:p-4 -outline-offset-2 hover:bg-accent-soft">
            <span className="serif text-xl tabular-nums">{format.number(count)}</span>
            <span className="text-ink-2 text-xs [overflow-wrap:anywhere]">{label}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Waiting() {
  return (
    <div className="flex flex-col gap-8">
      <Skeleton className="h-20" />
      <Skeleton className="h-36" />
    </div>
  );
}
