import { type ReactNode, useMemo } from 'react';
import type { Message, MessageRow } from '../../core';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { useText } from '../text/text';
import { type Piece, wordDiff } from './diff';

interface Props {
  /** With this browser's edit. */
  message: MessageRow;
  /** What the message says on the server by now. */
  current: Message;
}

/** Two edits of one message met: both are shown, and a person decides which of them it says. */
export default function Conflict({ message, current }: Props) {
  const t = useText().archive;
  const client = useClient();
  const pieces = useMemo(() => wordDiff(current.content, message.content), [current.content, message.content]);
  const decide = (decision: 'keep-mine' | 'keep-theirs') => () => {
    if (message.opId) return client.resolve(message.opId, decision);
  };
  return (
    <section aria-label={t.conflict} className="mt-2 w-full max-w-[580px] border-bad border-l-2 py-1 pl-3 text-sm">
      <h2 className="font-[550]">{t.conflict}</h2>
      <p className="text-pretty text-ink-2">{current.deleted_at ? t.conflictDeleted : t.conflictText}</p>
      <Side title={t.theirs} action={t.keepTheirs} onKeep={decide('keep-theirs')}>
        <Marked pieces={pieces.filter(({ kind }) => kind !== 'added')} />
      </Side>
      <Side title={t.mine} action={t.keepMine} onKeep={decide('keep-mine')}>
        <Marked pieces={pieces.filter(({ kind }) => kind !== 'removed')} />
      </Side>
    </section>
  );
}

/** Where the two differ, neither being right or wrong. */
function Marked({ pieces }: { pieces: Piece[] }) {
  return pieces.map(({ kind, text }, at) => {
    const key = `${at}${kind}`;
    if (kind === 'same') return <span key={key}>{text}</span>;
    return (
      <mark key={key} className="rounded-[3px] bg-mark text-ink">
        {text}
      </mark>
    );
  });
}

interface SideProps {
  title: string;
  action: string;
  onKeep: () => void;
  children: ReactNode;
}

function Side({ title, action, onKeep, children }: SideProps) {
  return (
    <div className="mt-2 rounded-s border border-line bg-raised p-3">
      <div className="mb-1 flex items-center justify-between gap-4">
        <h3 className="text-ink-3 text-xs">{title}</h3>
        <Button small onClick={onKeep}>
          {action}
        </Button>
      </div>
      <p className="each-way max-h-60 overflow-y-auto whitespace-pre-wrap leading-[1.6] [overflow-wrap:anywhere]">
        {children}
      </p>
    </div>
  );
}
