import { Search, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { type ConceptList, type ConceptRow, type Locrit, Matcher } from '../../../core';
import { useWasThere } from '../../deleted';
import { Button } from '../../kit/Button';
import { Choice } from '../../kit/Choice';
import { DeletedNote } from '../../kit/Deleted';
import { Select } from '../../kit/Field';
import { later } from '../../kit/later';
import { SearchBox } from '../../kit/SearchBox';
import { EmptyState, Skeleton } from '../../kit/states';
import { paths } from '../../paths';
import { conceptsText } from '../../text/concepts';
import { useTextOf } from '../../text/text';
import { MemoryFailed } from '../MemoryFailed';
import { ConceptRows } from './ConceptRows';
import { ORDERS, type Order, type Shape, useAsked, useConcepts } from './use-concepts';

const ConceptGraph = later(() => import('./ConceptGraph'));

/** What is talked about: listed or as a graph; found, looked at, corrected. */
export default function ConceptsTab({ locrit }: { locrit: Locrit }) {
  const { list, error, reload } = useConcepts(locrit);
  if (error) return <MemoryFailed error={error} onRetry={reload} />;
  if (!list) return <Skeleton className="h-40" />;
  return (
    <>
      <ChosenGone list={list} />
      {list.concepts.length > 0 ? <Known locrit={locrit} list={list} /> : <None locrit={locrit} />}
    </>
  );
}

/** The one that is to be open is not there any more. Of those that are mentioned least nothing is known. */
function ChosenGone({ list: { concepts, total } }: { list: ConceptList }) {
  const [{ chosen }] = useAsked();
  const isThere = chosen === '' || concepts.some(({ id }) => id === chosen);
  const wasThere = useWasThere(chosen, isThere);
  return wasThere || (!isThere && concepts.length >= total) ? <DeletedNote /> : null;
}

function None({ locrit }: { locrit: Locrit }) {
  const t = useTextOf(conceptsText);
  return (
    <EmptyState
      icon={<Waypoints />}
      title={t.none}
      text={t.noneHint(locrit.name)}
      action={
        <Button asChild>
          <Link to={paths.chat(locrit.name)}>{t.talk}</Link>
        </Button>
      }
    />
  );
}

function Known({ locrit, list }: { locrit: Locrit; list: ConceptList }) {
  const t = useTextOf(conceptsText);
  const [{ shape, order, type, chosen }, ask] = useAsked();
  const [query, setQuery] = useState('');
  const words = new Matcher(query);
  const found = list.concepts
    .filter((one) => (!type || one.type === type) && (words.isEmpty || words.has(one.name)))
    .sort(BY[order]);
  const shapes: Shape[] = ['list', 'graph'];
  return (
    <>
      <p className="mb-4 text-ink-2 text-sm">{t.about(locrit.name)}</p>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Choice
          label={t.shape}
          value={shape}
          onChange={(next) => ask({ shape: next })}
          options={shapes.map((value) => ({ value, label: t[value] }))}
        />
        {shape === 'list' && (
          <>
            <SearchBox label={t.search} value={query} onSearch={setQuery} />
            <TypeChoice types={typesIn(list.concepts)} value={type} onChange={(next) => ask({ type: next })} />
            <OrderChoice value={order} onChange={(next) => ask({ order: next })} />
          </>
        )}
      </div>
      {shape === 'graph' && (
        <ConceptGraph locrit={locrit} concepts={list.concepts} chosen={chosen} onChoose={(id) => ask({ chosen: id })} />
      )}
      {shape === 'list' && found.length > 0 && (
        <ConceptRows
          key={`${order} ${type}`}
          rows={found}
          all={list.concepts}
          locrit={locrit}
          chosen={chosen}
          onChoose={(id) => ask({ chosen: id })}
        />
      )}
      {shape === 'list' && found.length === 0 && <EmptyState icon={<Search />} title={t.noHits} />}
      {list.concepts.length < list.total && (
        <p className="mt-2 text-ink-3 text-xs">{t.most(list.concepts.length, list.total)}</p>
      )}
    </>
  );
}

const BY: Record<Order, (a: ConceptRow, b: ConceptRow) => number> = {
  mentions: (a, b) => b.mentions - a.mentions,
  recent: (a, b) => b.last_mentioned_at.localeCompare(a.last_mentioned_at),
  name: (a, b) => a.name.localeCompare(b.name),
};

function typesIn(concepts: readonly ConceptRow[]): string[] {
  return [...new Set(concepts.map(({ type }) => type))].sort();
}

function TypeChoice({ types, value, onChange }: { types: string[]; value: string; onChange: (value: string) => void }) {
  const t = useTextOf(conceptsText);
  return (
    <Select aria-label={t.type} value={value} onChange={({ target }) => onChange(target.value)} className="w-auto">
      <option value="">{t.allTypes}</option>
      {[...new Set([...types, ...(value ? [value] : [])])].map((type) => (
        <option key={type} value={type}>
          {t.types[type] ?? type}
        </option>
      ))}
    </Select>
  );
}

function OrderChoice({ value, onChange }: { value: Order; onChange: (value: Order) => void }) {
  const t = useTextOf(conceptsText);
  return (
    <Select
      aria-label={t.order}
      value={value}
      onChange={({ target }) => onChange(target.value as Order)}
      className="w-auto"
    >
      {ORDERS.map((order) => (
        <option key={order} value={order}>
          {t.orders[order]}
        </option>
      ))}
    </Select>
  );
}
