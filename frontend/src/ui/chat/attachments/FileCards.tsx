import { Download, FileText } from 'lucide-react';
import { useState } from 'react';
import type { FilePart } from '../../../core';
import { useConnection, useLive } from '../../app-context';
import { formatBytes } from '../../archive/bytes';
import { cx } from '../../kit/cx';
import { Dialog } from '../../kit/Dialog';
import { useText } from '../../text/text';
import { contentOf, thumbnailOf } from './addresses';
import { useObjectUrl } from './use-object-url';

/** What a message was given with: pictures, and cards of what can be saved. */
export function FileCards({ files, isTarget }: { files: readonly FilePart[]; isTarget?: boolean }) {
  const t = useText().files;
  if (files.length === 0) return null;
  return (
    <ul
      aria-label={t.list}
      className={cx(
        'mb-1.5 flex max-w-[min(85%,580px)] flex-wrap justify-end gap-2',
        isTarget && 'rounded-s outline-2 outline-accent outline-offset-4',
      )}
    >
      {files.map((file) => (
        <li key={file.id} className="max-w-full">
          {file.media_type.startsWith('image/') ? <Picture file={file} /> : <Card file={file} />}
        </li>
      ))}
    </ul>
  );
}

/** One that is still in this browser is shown from there, and else by the server; undefined while that is not known. */
function useUrl({ id }: FilePart, elsewhere: string): string | undefined {
  const file = useLive(async ({ files }) => (await files.get(id)) ?? null, [id]);
  const kept = useObjectUrl(file?.content);
  return file === null ? elsewhere : kept;
}

function Picture({ file }: { file: FilePart }) {
  const t = useText().files;
  const [isOpen, setIsOpen] = useState(false);
  const { state } = useConnection();
  const [failed, setFailed] = useState('');
  const small = useUrl(file, thumbnailOf(file.id));
  const large = useUrl(file, contentOf(file.id));
  const attempt = `${state} ${small}`; // what failed offline is tried again
  if (failed === attempt) return <Card file={file} note={t.gone} />;
  return (
    <>
      <button
        type="button"
        aria-label={t.open(file.name)}
        title={file.name}
        onClick={() => setIsOpen(true)}
        className="block overflow-hidden rounded-s border border-line bg-paper-2"
      >
        <img
          src={small}
          alt={file.name}
          width={file.width ?? undefined}
          height={file.height ?? undefined}
          onError={() => setFailed(attempt)}
          className="h-auto max-h-56 min-h-10 w-auto min-w-10 max-w-full object-contain"
        />
      </button>
      <Dialog open={isOpen} onOpenChange={setIsOpen} title={file.name} className="max-w-[min(92vw,1100px)]">
        <img src={large} alt={file.name} className="mx-auto max-h-[65dvh] max-w-full px-6 pb-6" />
      </Dialog>
    </>
  );
}

function Card({ file, note }: { file: FilePart; note?: string }) {
  const { language, files: t } = useText();
  const url = useUrl(file, contentOf(file.id));
  const size = formatBytes(file.size, language);
  return (
    <a
      href={url}
      download={file.name}
      className="flex min-h-12 max-w-72 items-center gap-3 rounded-s border border-line bg-raised px-3 py-2 text-left text-sm hover:border-line-strong"
    >
      <FileText aria-hidden className="size-5 shrink-0 text-ink-3" />
      <span className="min-w-0">
        <span className="block truncate">
          <span className="sr-only">{t.save} </span>
          {file.name}
        </span>
        <span className="block text-ink-3 text-xs">
          {note ?? (file.pages ? `${size} · ${t.pages(file.pages)}` : size)}
        </span>
      </span>
      <Download aria-hidden className="size-4 shrink-0 text-ink-3" />
    </a>
  );
}
