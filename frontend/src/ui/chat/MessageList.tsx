import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Locrit, MessageRow } from '../../core';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { useText } from '../text/text';
import { useFormat } from '../text/when';
import { contextOf, type Row } from './arrange';
import { Message } from './Message';
import { SeenFrom } from './SeenFrom';

/** A reader this close to the end (px) is at the end. */
const AT_END_PX = 32;
/** Earlier messages are asked for when this little (px) is left above. */
const LOAD_AHEAD_PX = 800;
/** What a row is guessed to be high until it is drawn. */
const ROW_PX = 120;
/** How long (frames) rows may take to get their real height. */
const SETTLING_FRAMES = 12;

interface Props {
  conversationId: string;
  rows: Row[];
  locrit: Locrit;
  /** A message to start at instead of the end. */
  sought: string | null;
  editing: string | null;
  onEdit: (messageId: string | null) => void;
  onSaveEdit: (message: MessageRow, text: string, ask: boolean) => void;
  onVersion: (turn: string, messageId: string) => void;
}

export function MessageList({ conversationId, rows, locrit, sought, editing, ...actions }: Props) {
  const t = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    initialOffset: () => (sought ? 0 : rows.length * ROW_PX), // the rows at the end are drawn at once, and no others
    getItemKey: (index) => rows[index]?.key ?? index,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
    overscan: 3,
    paddingStart: 16,
    paddingEnd: 16,
    onChange: (instance) => setAtEnd(instance.isAtEnd(AT_END_PX)),
  });
  const older = useOlder(conversationId, scroller, rows.length);
  useStart(virtualizer, rows, sought);
  useStayAtEnd(virtualizer, scroller, atEnd);
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
        onScroll={older.check}
        className="h-full overflow-y-auto overflow-x-hidden outline-none [overflow-anchor:none] [scrollbar-gutter:stable_both-edges]"
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
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {item.index === 0 && <Beginning loading={!older.complete} />}
                {row.day !== null && <DaySeparator day={row.day} />}
                {seen?.key === row.key && <SeenFrom name={locrit.name} context={seen.context} />}
                <Message
                  row={row}
                  locrit={locrit}
                  editing={row.message.message_id === editing}
                  sought={row.message.message_id === sought}
                  {...actions}
                />
              </div>
            );
          })}
        </div>
      </div>
      {!atEnd && <ToEnd rows={rows} onClick={() => virtualizer.scrollToEnd()} />}
    </div>
  );
}

/** Starts at the end, or at the message that was looked for. */
function useStart(virtualizer: Virtualizer<HTMLDivElement, Element>, rows: Row[], sought: string | null) {
  const started = useRef<string | null>(null);
  useLayoutEffect(() => {
    const goal = sought ?? 'end';
    if (started.current === goal || !rows.length) return;
    const index = rows.findIndex((row) => row.message.message_id === sought);
    if (sought && index < 0) return;
    started.current = goal;
    if (index < 0) virtualizer.scrollToEnd();
    else goTo(virtualizer, index, SETTLING_FRAMES);
  }, [virtualizer, rows, sought]);
}

/** Rows are guessed in height until they are drawn: the goal is aimed at again while they settle. */
function goTo(virtualizer: Virtualizer<HTMLDivElement, Element>, index: number, frames: number) {
  virtualizer.scrollToIndex(index, { align: 'center' });
  if (frames > 0) requestAnimationFrame(() => goTo(virtualizer, index, frames - 1));
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

/** Loads earlier messages before the reader gets there; one page at a time. */
function useOlder(conversationId: string, scroller: RefObject<HTMLDivElement | null>, count: number) {
  const client = useClient();
  const [complete, setComplete] = useState(false);
  const loading = useRef(false);

  async function check() {
    const { scrollTop = 0 } = scroller.current ?? {};
    if (loading.current || complete || scrollTop > LOAD_AHEAD_PX) return;
    loading.current = true;
    const more = await client.loadOlder(conversationId).catch(() => true); // Offline: asked again at the next scroll.
    loading.current = false;
    if (!more) setComplete(true);
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that did not fill the screen asks for the next one.
  useEffect(() => {
    void check();
  }, [count]);
  return { complete, check };
}

function Beginning({ loading }: { loading: boolean }) {
  const t = useText();
  return (
    <p className="late column pt-4 pb-2 text-center text-ink-3 text-xs">
      {loading ? `${t.chat.older}…` : t.chat.start}
    </p>
  );
}

function DaySeparator({ day }: { day: number }) {
  const format = useFormat();
  return (
    <div className="column py-3">
      <div className="flex items-center gap-4 text-ink-3 text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {format.day(day)}
      </div>
    </div>
  );
}

/** Says that there is new text below when there is, and otherwise only shows the way. */
function ToEnd({ rows, onClick }: { rows: Row[]; onClick: () => void }) {
  const t = useText();
  const last = rows[rows.length - 1];
  const seen = useRef(last?.key);
  const fresh = last && (last.key !== seen.current || last.message.state === 'streaming');
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-2 flex justify-center">
      <Button
        small
        className="rise pointer-events-auto rounded-full"
        onClick={onClick}
        aria-label={fresh ? undefined : t.chat.toEnd}
      >
        <ArrowDown aria-hidden className="size-4" />
        {fresh && t.chat.below}
      </Button>
    </div>
  );
}
