import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { useConnection, useIsUnkept, useLive } from '../app-context';
import { useRouteParams } from '../route-params';
import { useText } from '../text/text';
import { useEventCallback } from '../use-event-callback';
import { ConversationItem } from './ConversationItem';
import type { ConversationMenu } from './ConversationMenu';
import { useShell } from './shell-context';
import { type Group, type Item, itemAt, itemsOf, rowsAround, useConversations, useMore } from './use-conversations';

/** A heading is as high as a conversation: where each of ten thousand is follows from its number. */
const ROW_PX = { fine: 36, coarse: 44 };
/** Rows that are drawn above and below what is in sight. */
const OVERSCAN = 6;
const NOTE = 'late px-3 py-2 text-ink-3 text-sm';

interface Props {
  locrit?: string;
  archived: boolean;
  menu: Pick<ConversationMenu, 'openFor' | 'open'>;
}

/** Conversations of one Locrit, or of all, newest first within pinned, today, yesterday and so on. Drawn is what is in sight. */
export function ConversationList({ locrit, archived, menu }: Props) {
  const { conversationId } = useRouteParams();
  const scroller = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ from: 0, to: 0 });
  const [held, setHeld] = useState(0);
  const { groups, rowAt } = useConversations({ locrit, archived }, rowsAround(sight));
  const count = itemsOf(groups ?? []);
  const [rowPx] = useState(() => ROW_PX[matchMedia('(pointer: coarse)').matches ? 'coarse' : 'fine']);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    useFlushSync: false,
    rangeExtractor: useCallback((range: Range) => withHeld(range, held), [held]),
    onChange: ({ range }) => range && setSight((before) => moved(before, range)),
  });
  const { listed } = useShell();
  const isEndInSight = groups !== undefined && sight.to >= count - OVERSCAN;
  const isOffline = useConnection().state === 'offline';
  const more = useMore({ locrit, archived }, (listed || isOffline) && isEndInSight); // what is newest comes first
  const avatars = useAvatars(!locrit);
  const onMenu = useEventCallback(menu.open);
  const place = (index: number) =>
    ({ position: 'absolute', inset: `${index * rowPx}px 0 auto`, height: rowPx }) as const;
  const items = virtualizer.getVirtualItems().map(({ index }) => itemAt(groups ?? [], index));
  const row = ({ index, at }: Item) => {
    const conversation = rowAt(at);
    return (
      <li key={conversation?.conversation_id ?? `row ${at}`} style={place(index)} onFocus={() => setHeld(index)}>
        {conversation && (
          <ConversationItem
            conversation={conversation}
            avatar={avatars && (avatars.get(conversation.locrit_id) ?? '')}
            isHere={conversation.conversation_id === conversationId}
            isOpen={conversation.conversation_id === menu.openFor}
            onMenu={onMenu}
          />
        )}
      </li>
    );
  };
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-3 pb-2">
      <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {groups?.map((group) => (
          <Section key={group.name} group={group} items={items} place={place} row={row} />
        ))}
      </div>
      {groups && <Note archived={archived} isEmpty={count === 0} more={more} />}
    </div>
  );
}

interface NoteProps {
  archived: boolean;
  isEmpty: boolean;
  more: ReturnType<typeof useMore>;
}

/** What there is to say of a list beside what it shows. */
function Note({ archived, isEmpty, more }: NoteProps) {
  const { conversations: t, locrits, unkept } = useText();
  const { state } = useConnection();
  const isUnkept = useIsUnkept();
  if (isUnkept && (isEmpty || more !== 'none')) return <p className={NOTE}>{unkept.text}</p>;
  if (isEmpty && more === 'none') return <p className={NOTE}>{archived ? t.noneArchived : t.none}</p>;
  if (isEmpty && state === 'offline') return <p className={NOTE}>{locrits.unreachableHint}</p>;
  return more === 'loading' ? <p className={NOTE}>{t.more}</p> : null;
}

interface SectionProps {
  group: Group;
  items: Item[];
  place: (index: number) => React.CSSProperties;
  row: (item: Item) => ReactNode;
}

/** What is in sight of a group. */
function Section({ group, items, place, row }: SectionProps) {
  const t = useText();
  const own = items.filter((item) => item.group === group);
  const heading = own.find((item) => item.isHeading);
  const rows = own.filter((item) => !item.isHeading);
  if (own.length === 0) return null;
  return (
    <section>
      {heading && (
        <h2 style={place(heading.index)} className="flex items-end px-3 pb-1 text-ink-3 text-xs">
          {t.conversations[group.name]}
        </h2>
      )}
      {rows.length > 0 && <ul>{rows.map((item) => row(item))}</ul>}
    </section>
  );
}

/** The row that has the focus stays, however far it is scrolled away: else the focus would be lost with it. */
function withHeld(range: Range, held: number): number[] {
  const inSight = defaultRangeExtractor(range);
  if (held >= range.count || inSight.includes(held)) return inSight;
  return [...inSight, held].sort((a, b) => a - b);
}

/** Also a change of a row draws the list anew: the same sight stays the same object. */
function moved(
  before: { from: number; to: number },
  { startIndex, endIndex }: { startIndex: number; endIndex: number },
) {
  return before.from === startIndex && before.to === endIndex ? before : { from: startIndex, to: endIndex };
}

/** Of each Locrit, by its id; asked once for all rows. */
function useAvatars(isWanted: boolean): Map<string, string> | undefined {
  const locrits = useLive((client) => client.locrits(), []);
  return isWanted ? new Map(locrits?.map(({ id, avatar }) => [id, avatar])) : undefined;
}
