import { FileText, X } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { GivenFile } from '../../../core';
import { useClient, useSignal } from '../../app-context';
import { formatBytes } from '../../archive/bytes';
import { cx } from '../../kit/cx';
import { paths } from '../../paths';
import { inWords } from '../../text/failures';
import { useText } from '../../text/text';
import type { Given } from './use-given';
import { useObjectUrl } from './use-object-url';

/** What goes with the message that is being written, above its words. */
export function AttachmentBar({ given, name }: { given: Given; name: string }) {
  const t = useText().files;
  if (given.files.length === 0) return null;
  return (
    <div className="pt-1 pb-2">
      <ul aria-label={t.list} className="flex max-h-[40dvh] flex-wrap gap-2 overflow-y-auto">
        {given.files.map((file) => (
          <Chip key={file.id} file={file} onRemove={() => given.remove(file.id)} />
        ))}
      </ul>
      {given.blind && (
        <p role="alert" className="pt-2 text-bad text-sm">
          {t.blind(given.blind)}{' '}
          <Link to={paths.locrit(name)} className="underline underline-offset-2">
            {t.chooseModel}
          </Link>
          .
        </p>
      )}
    </div>
  );
}

function Chip({ file, onRemove }: { file: GivenFile; onRemove: () => void }) {
  const t = useText();
  const isShown = file.type.startsWith('image/') && !file.problem;
  const url = useObjectUrl(isShown ? file.content : undefined);
  return (
    <li
      className={cx(
        'flex max-w-full items-center gap-2 rounded-s border bg-paper-2 py-1 pr-1 pl-1.5 text-sm',
        file.problem ? 'border-bad-line bg-bad-soft' : 'border-line',
      )}
    >
      {url ? (
        <img src={url} alt="" className="size-9 shrink-0 rounded-[4px] object-cover" />
      ) : (
        <FileText aria-hidden className="mx-1 size-5 shrink-0 text-ink-3" />
      )}
      <span className="min-w-0">
        <span className="block max-w-56 truncate">{file.name}</span>
        <State file={file} />
      </span>
      <button
        type="button"
        aria-label={t.files.remove(file.name)}
        onClick={onRemove}
        className="flex size-10 shrink-0 items-center justify-center rounded-[6px] text-ink-3 hover:bg-paper-3 hover:text-ink"
      >
        <X aria-hidden className="size-4" />
      </button>
    </li>
  );
}

/** Why it cannot go, how far it is, or how large. */
function State({ file }: { file: GivenFile }) {
  const { language, files: t, failures } = useText();
  const client = useClient();
  const sent = useSignal(useMemo(() => client.files.progress(file.id), [client, file.id]));
  if (file.problem) {
    return <span className="block max-w-64 text-bad text-xs">{inWords(file.problem, failures).message}</span>;
  }
  const size = formatBytes(file.content.size, language);
  const state = file.part ? file.part.pages && t.pages(file.part.pages) : sent > 0 && sent < 1 ? undefined : t.waiting;
  return (
    <span className="block text-ink-3 text-xs tabular-nums">
      {size}
      {state && ` · ${state}`}
      {!file.part && sent > 0 && sent < 1 && (
        <span role="progressbar" aria-label={file.name} aria-valuenow={Math.round(sent * 100)}>
          {` · ${t.uploading(Math.round(sent * 100))}`}
        </span>
      )}
    </span>
  );
}
