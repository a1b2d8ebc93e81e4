import { X } from 'lucide-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import type { ConceptRow, Locrit } from '../../../core';
import { IconButton } from '../../kit/Button';
import { cx } from '../../kit/cx';
import { Skeleton } from '../../kit/states';
import { conceptsText } from '../../text/concepts';
import { useTextOf } from '../../text/text';
import { MemoryFailed } from '../MemoryFailed';
import { ConceptCard } from './ConceptCard';
import { type Node, type Placed, placed } from './layout';
import { useGraph } from './use-concepts';

const NARROW_PX = 640;
/** Not drawn narrower: then it scrolls. */
const LEGIBLE_PX = 560;

interface Props {
  locrit: Locrit;
  concepts: ConceptRow[];
  chosen: string;
  onChoose: (id: string) => void;
}

/** What is mentioned most, and what of it is mentioned together. */
export default function ConceptGraph({ locrit, concepts, chosen, onChoose }: Props) {
  const t = useTextOf(conceptsText);
  const { data, error, refetch } = useGraph(locrit);
  const shown = useMemo(() => {
    if (!data) return undefined;
    const rows = new Map(concepts.map((row) => [row.id, row]));
    const there = data.concepts.flatMap((one) => rows.get(one.id) ?? []);
    return placed({ concepts: there, links: data.links }, window.innerWidth < NARROW_PX);
  }, [data, concepts]);
  const row = concepts.find(({ id }) => id === chosen);
  if (error && !shown) return <MemoryFailed error={error} onRetry={() => void refetch()} />;
  if (!shown) return <Skeleton className="h-96" />;
  return (
    <>
      <p className="mb-2 text-ink-3 text-sm">{t.graphHint}</p>
      <Picture {...shown} chosen={chosen} onChoose={onChoose} />
      {row && (
        <section aria-label={row.name} className="mt-4 rounded-l border border-line p-3 sm:p-4">
          <div className="mb-2 flex items-center justify-between gap-2">
            <h2 className="each-way min-w-0 truncate font-semibold">{row.name}</h2>
            <IconButton small label={t.close} onClick={() => onChoose('')}>
              <X />
            </IconButton>
          </div>
          <ConceptCard key={row.id} row={row} all={concepts} locrit={locrit} onChoose={onChoose} />
        </section>
      )}
    </>
  );
}

interface PictureProps extends Placed {
  chosen: string;
  onChoose: (id: string) => void;
}

function Picture({ nodes, links, box, chosen, onChoose }: PictureProps) {
  const t = useTextOf(conceptsText);
  const [pointed, setPointed] = useState('');
  const about = pointed || chosen;
  const beside = new Set(
    links.flatMap(({ source, target }) => (source.id === about || target.id === about ? [source.id, target.id] : [])),
  );
  const isFaint = (id: string) => about !== '' && id !== about && !beside.has(id);
  return (
    <div ref={toMiddle} className="overflow-auto rounded-l border border-line bg-raised">
      {/* biome-ignore lint/a11y/useSemanticElements: no element of HTML groups what is drawn. */}
      <svg
        role="group"
        aria-label={t.graphLabel}
        viewBox={box.join(' ')}
        className="mx-auto block w-full sm:h-[max(60dvh,360px)]"
        style={{ minWidth: Math.min(LEGIBLE_PX, box[2]) }}
        onPointerLeave={() => setPointed('')}
      >
        {links.map(({ source, target, together }) => (
          <line
            key={`${source.id} ${target.id}`}
            x1={source.x}
            y1={source.y}
            x2={target.x}
            y2={target.y}
            strokeWidth={Math.min(4, 0.75 + Math.log2(together))}
            className={cx(
              source.id === about || target.id === about ? 'stroke-accent' : 'stroke-line-strong',
              about && source.id !== about && target.id !== about && 'opacity-30',
            )}
          />
        ))}
        {nodes.map((node) => (
          <Dot
            key={node.id}
            node={node}
            isChosen={node.id === chosen}
            isFaint={isFaint(node.id)}
            onPoint={setPointed}
            onChoose={onChoose}
          />
        ))}
      </svg>
    </div>
  );
}

function toMiddle(box: HTMLElement | null) {
  if (box) box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
}

interface DotProps {
  node: Node;
  isChosen: boolean;
  isFaint: boolean;
  onPoint: (id: string) => void;
  onChoose: (id: string) => void;
}

function Dot({ node: { id, name, mentions, radius, x, y }, isChosen, isFaint, onPoint, onChoose }: DotProps) {
  const t = useTextOf(conceptsText);
  const toggle = () => onChoose(isChosen ? '' : id);
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    toggle();
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: HTML has no button that can be drawn in a picture.
    <g
      role="button"
      tabIndex={0}
      aria-pressed={isChosen}
      aria-label={t.graphNode(name, t.mentions(mentions))}
      transform={`translate(${x} ${y})`}
      onClick={toggle}
      onKeyDown={onKeyDown}
      onFocus={() => onPoint(id)}
      onBlur={() => onPoint('')}
      onPointerEnter={() => onPoint(id)}
      className={cx('group cursor-pointer outline-none', isFaint && 'opacity-30')}
    >
      <circle r={Math.max(radius, 12)} className="fill-transparent" />
      <circle
        r={radius}
        className={cx(
          'stroke-accent group-focus-visible:stroke-3 group-focus-visible:stroke-ink',
          isChosen ? 'fill-accent' : 'fill-accent-soft',
        )}
      />
      <text
        y={radius + 13}
        textAnchor="middle"
        paintOrder="stroke"
        strokeWidth={3}
        className="fill-ink stroke-raised text-[11px]"
      >
        {name}
      </text>
    </g>
  );
}
