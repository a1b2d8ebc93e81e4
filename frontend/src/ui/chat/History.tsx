import { useQuery } from '@tanstack/react-query';
import { toast } from 'sonner';
import { type Client, gistOf, type MessageRow } from '../../core';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { Dialog } from '../kit/Dialog';
import { ErrorState, Skeleton } from '../kit/states';
import { Time } from '../text/Time';
import { useText } from '../text/text';
import { type Piece, wordDiff } from './diff';

type Version = Awaited<ReturnType<Client['versions']>>[number];

interface Props {
  message: MessageRow;
  onClose: () => void;
  onCloseAutoFocus: (event: Event) => void;
}

/** Everything that a message ever said, the newest first, each against the one before it. */
export default function History({ message, onClose, onCloseAutoFocus }: Props) {
  const t = useText().archive;
  const client = useClient();
  const { data: versions, isError } = useQuery({
    queryKey: ['versions', message.message_id, message.rev],
    queryFn: () => client.versions(message.message_id),
    gcTime: 0,
  });

  async function bringBack(version: Version) {
    onClose();
    await client.actions.rollBack(message.message_id, version.rev);
    toast(t.broughtBack);
  }

  return (
    <Dialog open onOpenChange={onClose} title={t.historyTitle} className="max-w-160" {...{ onCloseAutoFocus }}>
      {isError && <ErrorState className="pt-4 pb-12" title={t.historyFailed} text={t.historyFailedHint} />}
      {!versions && !isError && <Skeleton className="mx-6 mb-6 h-24" />}
      {versions?.length === 1 && <p className="px-6 pb-3 text-ink-2 text-sm">{t.onlyVersion}</p>}
      <ol className="divide-y divide-line border-line border-t">
        {versions?.map((version, at) => (
          <VersionItem
            key={version.rev}
            version={version}
            before={versions[at + 1]}
            onBringBack={at ? () => bringBack(version) : undefined}
          />
        ))}
      </ol>
    </Dialog>
  );
}

interface ItemProps {
  version: Version;
  before?: Version;
  /** Missing for what the message says now. */
  onBringBack?: () => void;
}

function VersionItem({ version, before, onBringBack }: ItemProps) {
  const t = useText().archive;
  const label = onBringBack ? (before ? null : t.first) : t.current;
  return (
    <li className="px-6 py-4">
      <div className="mb-1 flex min-h-8 items-center justify-between gap-4">
        <p className="text-ink-3 text-xs">
          <Time moment={version.created_at} as="full" />
          {label && <span> · {label}</span>}
        </p>
        {onBringBack && (
          <Button small onClick={onBringBack}>
            {t.bringBack}
          </Button>
        )}
      </div>
      <p className="each-way whitespace-pre-wrap text-sm leading-[1.6] [overflow-wrap:anywhere]">
        {before ? <Difference pieces={wordDiff(before.content, version.content)} /> : gistOf(version)}
      </p>
    </li>
  );
}

const KEPT_CHARS = 90;

/** The middle of what stayed the same is left out when it is long. */
function shortened(text: string): string {
  if (text.length < KEPT_CHARS * 3) return text;
  return `${text.slice(0, KEPT_CHARS)} … ${text.slice(-KEPT_CHARS)}`;
}

function Difference({ pieces }: { pieces: Piece[] }) {
  return pieces.map(({ kind, text }, at) => {
    const key = `${at}${kind}`;
    if (kind === 'same') return <span key={key}>{shortened(text)}</span>;
    if (kind === 'added')
      return (
        <ins key={key} className="rounded-[3px] bg-good-soft text-good underline decoration-1 underline-offset-3">
          {text}
        </ins>
      );
    return (
      <del key={key} className="rounded-[3px] bg-bad-soft text-bad line-through decoration-1">
        {text}
      </del>
    );
  });
}
