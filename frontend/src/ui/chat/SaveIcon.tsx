import type { ReactNode } from 'react';
import type { SaveState } from '../../core';
import { useConnection } from '../app-context';
import { cx } from '../kit/cx';
import { Tooltip } from '../kit/Tooltip';
import { useText } from '../text/text';

const RING = <circle cx="8" cy="8" r="5.25" />;

/** `lost`: nothing is heard of a reply that was being written. */
type Shown = SaveState | 'lost';

const ICONS: Record<Shown, { colour: string; drawing: ReactNode }> = {
  queued: { colour: 'text-warn', drawing: RING },
  sending: {
    colour: 'text-ink-3',
    drawing: (
      <>
        {RING}
        <path d="M8 2.75a5.25 5.25 0 0 1 0 10.5z" fill="currentColor" stroke="none" />
      </>
    ),
  },
  saved: { colour: 'text-ink-3', drawing: <path d="m3.5 8.5 3 3 6-7" /> },
  streaming: { colour: 'text-accent', drawing: <path d="M1.5 9c1.6-3.4 3.2-3.4 4.6-1s3 2.4 4.4 0 2.6-2 4-.2" /> },
  interrupted: { colour: 'text-warn', drawing: <circle cx="8" cy="8" r="5.25" strokeDasharray="2.4 1.73" /> },
  lost: { colour: 'text-warn', drawing: <circle cx="8" cy="8" r="5.25" strokeDasharray="2.4 1.73" /> },
  stopped: { colour: 'text-ink-3', drawing: <rect x="4" y="4" width="8" height="8" rx="1.5" /> },
  failed: { colour: 'text-bad', drawing: <path d="m4.5 4.5 7 7m0-7-7 7" /> },
  rejected: { colour: 'text-bad', drawing: <path d="M8 3v6.5m0 3v.01" strokeWidth="2" /> },
};

/** One small sign for how safe a message is; its word is for the tooltip and for screen readers. */
export function SaveIcon({ state, className }: { state: SaveState; className?: string }) {
  const isAway = useConnection().state === 'offline';
  return <Icon state={state === 'streaming' && isAway ? 'lost' : state} className={className} />;
}

function Icon({ state, className }: { state: Shown; className?: string }) {
  const t = useText();
  const word = state === 'lost' ? t.typed.lost : t.state[state];
  const { colour, drawing } = ICONS[state];
  return (
    <Tooltip text={word}>
      <span data-save-state={state} className={cx('inline-flex size-4 shrink-0', colour, className)}>
        <svg
          aria-hidden="true"
          viewBox="0 0 16 16"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        >
          {drawing}
        </svg>
        <span className="sr-only">{word}</span>
      </span>
    </Tooltip>
  );
}
