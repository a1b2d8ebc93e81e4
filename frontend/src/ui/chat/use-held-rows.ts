import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';
import { type FocusEvent, useRef } from 'react';
import type { Row } from './conversation-tree';

/** What has the focus and what is being edited stays drawn, however far the reader scrolls. */
export function useHeldRows(rows: Row[], editing: string | null) {
  const focused = useRef<string>(undefined);
  return {
    onFocus: ({ target, currentTarget }: FocusEvent<HTMLElement>) => {
      if (!currentTarget.contains(target)) return; // in what a row has opened over the page
      focused.current = target.closest<HTMLElement>('[data-message-id]')?.dataset.messageId;
    },
    extract: (range: Range) => {
      const isHeld = ({ message: { message_id: id } }: Row) => id === focused.current || id === editing;
      const held = rows.flatMap((row, index) => (isHeld(row) ? index : []));
      return [...new Set([...held, ...defaultRangeExtractor(range)])].sort((a, b) => a - b);
    },
  };
}
