import { MessageCircleQuestion, SearchX } from 'lucide-react';
import { Link } from 'react-router';
import type { AskedMemory, LocritRow } from '../../core';
import { RecalledItem } from '../chat/RecalledItem';
import { RecalledMemories } from '../chat/RecalledMemories';
import { SearchBox } from '../kit/SearchBox';
import { EmptyState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { explorerText } from '../text/explorer';
import { useFormat } from '../text/format-date';
import { useTextOf } from '../text/text';
import { MemoryFailed } from './MemoryFailed';
import { useAsked } from './queries';
import { useFilters } from './use-filters';

type Asked = AskedMemory['results'][number];

/** What the model would be reminded of for a question, in the order of the ranking, and why. */
export default function AskTab({ locrit }: { locrit: LocritRow }) {
  const t = useTextOf(explorerText);
  const [filter, set] = useFilters();
  return (
    <>
      <p className="mb-3 text-pretty text-ink-2 text-sm">{t.askAbout(locrit.name)}</p>
      <div className="mb-4 flex">
        <SearchBox label={t.askLabel} value={filter('q')} onSearch={(q) => set({ q })} />
      </div>
      {locrit.recall === 'off' && (
        <p className="mb-4 text-ink-3 text-sm">
          {t.isOff(locrit.name)}{' '}
          <Link to={paths.locrit(locrit.name)} className="text-accent underline">
            {t.turnOn}
          </Link>
        </p>
      )}
      <Answer locrit={locrit} question={filter('q')} />
    </>
  );
}

function Answer({ locrit, question }: { locrit: LocritRow; question: string }) {
  const t = useTextOf(explorerText);
  const { data, error, refetch } = useAsked(locrit.name, question);
  if (!question) return <EmptyState icon={<MessageCircleQuestion />} title={t.askFirst} text={t.askFirstHint} />;
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-60" />;
  const seen = data.results.filter(({ fits }) => fits);
  const left = data.results.filter(({ fits }) => !fits);
  if (!seen.length && !data.memories.length)
    return <EmptyState icon={<SearchX />} title={t.askNone} text={t.askNoneHint} />;
  return (
    <>
      <p role="status" className="mb-2 text-ink-3 text-sm">
        {t.wouldSee(seen.length + data.memories.length)}
      </p>
      <ol className="border-accent border-l-2 pl-3">
        <RecalledMemories recalled={data.memories} locrit={locrit} />
        <Ranking results={seen} locrit={locrit} />
      </ol>
      {left.length > 0 && (
        <>
          <p className="mt-6 mb-2 text-ink-3 text-sm">{t.wouldNot}</p>
          <ol className="border-line border-l-2 pl-3">
            <Ranking results={left} locrit={locrit} />
          </ol>
        </>
      )}
    </>
  );
}

function Ranking({ results, locrit }: { results: Asked[]; locrit: LocritRow }) {
  return results.map((one) => (
    <RecalledItem key={`${one.message_id} ${one.start}`} one={one} locrit={locrit}>
      <Numbers one={one} />
    </RecalledItem>
  ));
}

/** The score, and what each thing counted for it. */
function Numbers({ one: { score, features } }: { one: Asked }) {
  const t = useTextOf(explorerText);
  const format = useFormat();
  const counted = Object.entries(features).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  return (
    <details className="text-ink-3 text-xs">
      <summary className="touch-target w-fit rounded-s py-0.5 tabular-nums hover:text-ink">
        {t.score(format.number(score))}
      </summary>
      <dl className="mb-2 grid w-fit grid-cols-[auto_auto] gap-x-4 pt-1 pl-3">
        {counted.map(([name, value]) => (
          <div key={name} className="contents">
            <dt>{t.features[name] ?? name}</dt>
            <dd className="text-right tabular-nums">{format.number(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
