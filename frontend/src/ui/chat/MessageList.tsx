import { type Range, useVirtualizer, type VirtualItem, type Virtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Locrit, MessageRow, ShownMessages } from '../../core';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { cx } from '../kit/cx';
import { useFormat } from '../text/format-date';
import { useText } from '../text/text';
import { contextOf, type Row } from './conversation-tree';
import { Message } from './Message';
import { SeenFrom } from './SeenFrom';
import { useHeld } from './use-held';
import { useHeldRows } from './use-held-rows';
import { useStart } from './use-start';
import type { Target } from './use-target';

/** A reader this close to the end (px) is at the end. */
const AT_END_PX = 32;
/** No reader is this close. */
const NOWHERE_PX = -1;
/** Earlier messages are asked for when this little (px) is left above. */
const LOAD_AHEAD_PX = 800;
/** What a row is guessed to be high until it is drawn. */
const ROW_PX = 120;

interface Props {
  conversationId: string;
  rows: Row[];
  locrit: Locrit;
  /** Who talks with it, where that is not its person. */
  visitor?: string;
  /** Of which part of the conversation these are the rows. */
  part: Pick<ShownMessages, 'atStart' | 'atEnd'>;
  /** A message to start at instead of the end. */
  target: Target | null;
  /** What was said here just now, until that is told to be seen. */
  own: { said?: string; onSeen: () => void };
  onNewest: () => void;
  onDay: () => void;
  editing: string | null;
  onEdit: (messageId: string | null) => void;
  onSaveEdit: (message: MessageRow, text: string, ask: boolean) => void;
  onVersion: (turn: string, messageId: string) => void;
}

/** Where other rows take the place of all, the list begins anew with them: which list this is. */
export function useListNumber(rows: Row[]): number {
  const edges = [rows[0]?.key, rows.at(-1)?.key];
  const [seen, setSeen] = useState({ edges, list: 0 });
  if (rows.length > 0 && seen.edges.join() !== edges.join()) {
    const others = seen.edges[0] !== undefined && !rows.some(({ key }) => seen.edges.includes(key));
    setSeen({ edges, list: seen.list + Number(others) });
  }
  return seen.list;
}

export function MessageList(props: Props) {
  const { conversationId, rows, part, locrit, target, own, onNewest, onDay, editing, ...actions } = props;
  const t = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const drawn = useHeldRows(rows, editing);
  const { virtualizer, atEnd } = useRows(scroller, rows, part, target, drawn.extract, editing !== null);
  const check = useNeighbours(conversationId, scroller, rows, part);
  const landed = useStart(virtualizer, scroller, rows, target);
  useOwnInSight(virtualizer, rows, own);
  const seen = contextOf(rows);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t.chat.log(locrit.name)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must take focus to be scrolled with the keyboard.
        tabIndex={0}
        onScroll={check}
        onFocus={drawn.onFocus}
        className={cx(
          'h-full overflow-y-auto overflow-x-hidden outline-none [overflow-anchor:none] [scrollbar-gutter:stable_both-edges]',
          !landed && 'invisible',
        )}
      >
        <div className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="absolute inset-x-0"
                style={{ top: item.start }} // not a transform: what sticks to the top of the list does not see it
              >
                {item.index === 0 && <Beginning loading={!part.atStart} />}
                {row.day !== null && <DaySeparator day={row.day} onClick={onDay} />}
                {seen?.key === row.key && <SeenFrom name={locrit.name} context={seen.context} />}
                <Message
                  row={row}
                  locrit={locrit}
                  editing={row.message.message_id === editing}
                  isTarget={row.message.message_id === target?.id}
                  {...actions}
                />
              </div>
            );
          })}
        </div>
      </div>
      {!(atEnd && part.atEnd) && (
        <ToEnd rows={rows} part={part} onClick={() => (part.atEnd ? virtualizer.scrollToEnd() : onNewest())} />
      )}
    </div>
  );
}

function useRows(
  scroller: RefObject<HTMLDivElement | null>,
  rows: Row[],
  part: Props['part'],
  target: Target | null,
  rangeExtractor: (range: Range) => number[],
  isEditing: boolean,
) {
  const follows = useBefore(part.atEnd) && part.atEnd; // the last page of those that were loaded downwards is not followed
  const [atEnd, setAtEnd] = useState(true);
  const held = useHeld(scroller, rows.length);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    initialOffset: () => (target ? 0 : rows.length * ROW_PX), // the rows at the end are drawn at once, and no others
    getItemKey: (index) => rows[index]?.key ?? index,
    anchorTo: held.holding ? 'start' : 'end',
    followOnAppend: follows && !held.holding,
    scrollEndThreshold: isEditing ? NOWHERE_PX : AT_END_PX, // what is being written is not carried away by what arrives
    rangeExtractor,
    overscan: 3,
    paddingStart: 16 + held.room.above,
    paddingEnd: 16 + held.room.below,
    onChange: (instance) => setAtEnd(instance.isAtEnd(AT_END_PX)),
  });
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = isAbove;
  useStayAtEnd(virtualizer, scroller, atEnd && !isEditing);
  const began = useBefore(isEditing);
  useEffect(() => {
    if (isEditing && !began) virtualizer.cancelScroll(); // it may be on its way to the end
  }, [isEditing, began, virtualizer]);
  return { virtualizer, atEnd };
}

/**
 * A row above what is in sight gets another height: when it is drawn first, and when what comes before it arrives, and it
 * is not the first of its day any more. What is in sight stays. (By itself the list lets it go while one scrolls up.)
 */
function isAbove({ key, start, end }: VirtualItem, _: number, list: Virtualizer<HTMLDivElement, Element>): boolean {
  const top = list.scrollOffset ?? 0;
  return start < top && (end <= top || !list.itemSizeCache.has(key));
}

/** What it was when the page was drawn last. */
function useBefore<T>(value: T): T {
  const before = useRef(value);
  useEffect(() => {
    before.current = value;
  }, [value]);
  return before.current;
}

/** Who says something sees it, wherever in the conversation they were. */
function useOwnInSight(virtualizer: Virtualizer<HTMLDivElement, Element>, rows: Row[], { said, onSeen }: Props['own']) {
  const isThere = said !== undefined && rows.some(({ message }) => message.message_id === said);
  useLayoutEffect(() => {
    if (!isThere) return;
    virtualizer.scrollToEnd();
    onSeen();
  }, [virtualizer, isThere, onSeen]);
}

/** When the window changes its size, for a keyboard or because a phone is turned, who was at the end stays there. */
function useStayAtEnd(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  scroller: RefObject<HTMLDivElement | null>,
  atEnd: boolean,
) {
  const was = useRef(atEnd);
  useEffect(() => {
    was.current = atEnd;
  }, [atEnd]);
  useEffect(() => {
    let known = false;
    const observer = new ResizeObserver(() => {
      if (known && was.current) virtualizer.scrollToEnd();
      known = true; // The first call only tells the size.
    });
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [virtualizer, scroller]);
}

/** Loads what comes before and after, before the reader gets there; one page at a time. */
function useNeighbours(
  conversationId: string,
  scroller: RefObject<HTMLDivElement | null>,
  rows: Row[],
  { atStart, atEnd }: Props['part'],
) {
  const client = useClient();
  const loading = useRef(new Set<string>());

  async function load(side: 'loadOlder' | 'loadNewer') {
    if (loading.current.has(side)) return;
    loading.current.add(side);
    await client[side](conversationId).catch(() => true); // Offline: asked again at the next scroll.
    loading.current.delete(side);
  }

  function check() {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = scroller.current ?? {};
    if (!atStart && scrollTop <= LOAD_AHEAD_PX) void load('loadOlder');
    if (!atEnd && scrollHeight - scrollTop - clientHeight <= LOAD_AHEAD_PX) void load('loadNewer');
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that did not fill the screen asks for the next one.
  useEffect(check, [rows]);
  return check;
}

function Beginning({ loading }: { loading: boolean }) {
  const t = useText();
  return (
    <p className="late column pt-4 pb-2 text-center text-ink-3 text-xs">
      {loading ? `${t.chat.older}…` : t.chat.start}
    </p>
  );
}

function DaySeparator({ day, onClick }: { day: number; onClick: () => void }) {
  const t = useText();
  const format = useFormat();
  return (
    <div className="column py-1">
      <div className="flex items-center gap-4 text-ink-3 text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        <button
          type="button"
          title={t.finding.toDay}
          onClick={onClick}
          className="rounded-s px-1 py-2 hover:text-ink pointer-coarse:min-h-10 pointer-coarse:px-3"
        >
          {format.day(day)}
        </button>
      </div>
    </div>
  );
}

/** Says that there is new text below when there is, and otherwise only shows the way. */
function ToEnd({ rows, part, onClick }: Pick<Props, 'rows' | 'part'> & { onClick: () => void }) {
  const t = useText();
  const last = rows[rows.length - 1];
  const seen = useRef(last?.key);
  useEffect(() => {
    if (!part.atEnd) seen.current = last?.key;
  }, [part.atEnd, last]);
  const fresh = part.atEnd && last && (last.key !== seen.current || last.message.state === 'streaming');
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-2 flex justify-center">
      <Button
        small
        className="rise pointer-events-auto rounded-full"
        onClick={onClick}
        aria-label={fresh ? undefined : t.chat.toEnd}
      >
        <ArrowDown aria-hidden className="size-4" />
        {fresh ? t.chat.below : !part.atEnd && t.finding.newest}
      </Button>
    </div>
  );
}
