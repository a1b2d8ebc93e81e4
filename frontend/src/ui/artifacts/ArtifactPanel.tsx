import { Download, Pencil, Trash2, X } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { Suspense, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { toast } from 'sonner';
import type { ArtifactRow } from '../../core';
import { useClient, useLive } from '../app-context';
import { CopyButton } from '../chat/CopyButton';
import { SaveIcon } from '../chat/SaveIcon';
import { HighlightedCode } from '../chat/Source';
import { isGone, useWasThere } from '../deleted';
import { Button, IconButton } from '../kit/Button';
import { Deleted } from '../kit/Deleted';
import { EmptyState } from '../kit/states';
import { paths } from '../paths';
import { artifactsText } from '../text/artifacts';
import { useText, useTextOf } from '../text/text';
import { EditForm, useArtifactDraft } from './EditForm';
import { fileName, LANGUAGES } from './kinds';
import { Preview } from './Preview';
import { VersionList } from './VersionList';

export type View = 'preview' | 'source' | 'versions';

export interface PanelProps {
  id: string;
  /** The name of the one who made it. */
  locrit: string;
  /** The one that a person chose last. */
  view?: View;
  setView: (view: View) => void;
  onClose: () => void;
}

/** One artifact: how it looks, what it says, what it said before. */
export default function ArtifactPanel({ id, locrit, ...rest }: PanelProps) {
  const t = useTextOf(artifactsText);
  const { made } = useText().locrits;
  const artifact = useLive(async (client) => (await client.artifacts.one(id)) ?? null, [id]);
  const wasThere = useWasThere(id, artifact === undefined ? undefined : artifact !== null);
  const missing = useLoaded(id, artifact === null && !wasThere);
  if (artifact) return <Shown key={id} artifact={artifact} {...rest} />;
  return (
    <>
      <div className="flex h-14 items-center justify-end px-4">
        <CloseButton onClose={rest.onClose} />
      </div>
      {wasThere || missing === 'gone' ? (
        <Deleted
          action={
            <Button asChild>
              <Link to={paths.artifacts(locrit)}>{made(locrit)}</Link>
            </Button>
          }
        />
      ) : (
        missing && <EmptyState title={t.missing} text={t.missingText} />
      )}
    </>
  );
}

/** Asks the server for one that is not here: whether that has none either, or does not answer. */
function useLoaded(id: string, isNeeded: boolean): 'gone' | 'unknown' | undefined {
  const client = useClient();
  const [missing, setMissing] = useState<{ id: string; why: 'gone' | 'unknown' }>();
  useEffect(() => {
    if (isNeeded)
      client.artifacts.load(id).catch((error: unknown) => setMissing({ id, why: isGone(error) ? 'gone' : 'unknown' }));
  }, [client, id, isNeeded]);
  return isNeeded && missing?.id === id ? missing.why : undefined;
}

type Props = Omit<PanelProps, 'id' | 'locrit'> & { artifact: ArtifactRow };

function Shown({ artifact, onClose, ...views }: Props) {
  const draft = useArtifactDraft(artifact);
  const [isEditing, setEditing] = useState(draft.returned);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Head artifact={artifact} isEditing={isEditing} onEdit={() => setEditing(true)} onClose={onClose} />
      <Notices artifact={artifact} />
      {isEditing ? (
        <EditForm artifact={artifact} draft={draft} onDone={() => setEditing(false)} />
      ) : (
        <Views artifact={artifact} {...views} />
      )}
    </div>
  );
}

interface HeadProps extends Pick<Props, 'artifact' | 'onClose'> {
  isEditing: boolean;
  onEdit: () => void;
}

function Head({ artifact, isEditing, onEdit, onClose }: HeadProps) {
  const t = useTextOf(artifactsText);
  const remove = useRemove(artifact, onClose);
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-1 border-line border-b pr-2 pl-4">
      <div className="mr-auto min-w-0">
        <h2 dir="auto" className="truncate font-semibold text-sm">
          {artifact.name}
        </h2>
        <p className="flex items-center gap-2 text-ink-3 text-xs">
          {t.kinds[artifact.type]} · {t.version(artifact.version)}
          <SaveIcon state={artifact.state} />
        </p>
      </div>
      {!isEditing && (
        <IconButton label={t.edit} side="bottom" onClick={onEdit}>
          <Pencil />
        </IconButton>
      )}
      <CopyButton text={artifact.content} label={t.copy} />
      <IconButton label={t.download} side="bottom" onClick={() => download(artifact)}>
        <Download />
      </IconButton>
      {!artifact.deleted_at && (
        <IconButton label={t.remove} side="bottom" onClick={remove}>
          <Trash2 />
        </IconButton>
      )}
      <CloseButton onClose={onClose} />
    </header>
  );
}

function CloseButton({ onClose }: { onClose: () => void }) {
  const t = useTextOf(artifactsText);
  return (
    <IconButton label={t.close} side="bottom" onClick={onClose}>
      <X />
    </IconButton>
  );
}

function useRemove(artifact: ArtifactRow, onClose: () => void) {
  const t = useTextOf(artifactsText);
  const { artifacts } = useClient();
  return async () => {
    await artifacts.delete(artifact);
    onClose();
    toast(t.removed, { action: { label: t.undo, onClick: () => void artifacts.restore(artifact) } });
  };
}

/** As bytes: opened from a disk it is what its reader makes of it, here it is nothing. */
function download(artifact: ArtifactRow) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([artifact.content], { type: 'application/octet-stream' }));
  link.download = fileName(artifact);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}

/** That it is in the trash, or that an edit lost against another one. */
function Notices({ artifact }: { artifact: ArtifactRow }) {
  const t = useTextOf(artifactsText);
  const client = useClient();
  const { opId = '', state, deleted_at, problem } = artifact;
  if (state === 'rejected')
    return (
      <Notice text={problem?.code === 'conflict' ? t.conflict : (problem?.message ?? '')}>
        <Button small variant="ghost" onClick={() => client.resolve(opId, 'discard')}>
          {t.discard}
        </Button>
        <Button small onClick={() => client.artifacts.insist(opId)}>
          {t.keepMine}
        </Button>
      </Notice>
    );
  if (!deleted_at) return null;
  return (
    <Notice text={t.inTrash}>
      <Button small onClick={() => client.artifacts.restore(artifact)}>
        {t.restore}
      </Button>
    </Notice>
  );
}

function Notice({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <div role="note" className="flex flex-wrap items-center gap-2 border-line border-b bg-paper-2 px-4 py-2 text-sm">
      <p className="mr-auto">{text}</p>
      {children}
    </div>
  );
}

const TAB =
  '-mb-px h-11 border-transparent border-b-2 text-ink-2 text-sm hover:text-ink data-[state=active]:border-accent data-[state=active]:font-[550] data-[state=active]:text-ink';
const CONTENT = 'min-h-0 flex-1 outline-none data-[state=inactive]:hidden';

function Views({ artifact, view, setView }: Omit<Props, 'onClose'>) {
  const t = useTextOf(artifactsText);
  const canPreview = artifact.type !== 'code';
  const chosen = view === undefined || (view === 'preview' && !canPreview) ? undefined : view;
  return (
    <Tabs.Root
      value={chosen ?? (canPreview ? 'preview' : 'source')}
      onValueChange={(next) => setView(next as View)}
      className="flex min-h-0 flex-1 flex-col"
    >
      <Tabs.List className="flex shrink-0 gap-6 border-line border-b px-4">
        {canPreview && (
          <Tabs.Trigger value="preview" className={TAB}>
            {t.preview}
          </Tabs.Trigger>
        )}
        <Tabs.Trigger value="source" className={TAB}>
          {t.source}
        </Tabs.Trigger>
        <Tabs.Trigger value="versions" className={TAB}>
          {t.versions}
        </Tabs.Trigger>
      </Tabs.List>
      {canPreview && (
        <Tabs.Content value="preview" className={CONTENT}>
          <Preview artifact={artifact} />
        </Tabs.Content>
      )}
      <Tabs.Content value="source" className={CONTENT}>
        <div className="h-full overflow-y-auto" dir="ltr">
          <Code text={artifact.content} language={LANGUAGES[artifact.type](artifact.language)} />
          {artifact.css && <Code text={artifact.css} language="css" />}
        </div>
      </Tabs.Content>
      <Tabs.Content value="versions" className={CONTENT}>
        <VersionList artifact={artifact} />
      </Tabs.Content>
    </Tabs.Root>
  );
}

function Code({ text, language }: { text: string; language: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines can be scrolled with the keyboard only when it takes focus.
    <pre className="code overflow-x-auto border-line border-b p-4" tabIndex={0}>
      <Suspense fallback={<code>{text}</code>}>
        <HighlightedCode language={language} code={text} />
      </Suspense>
    </pre>
  );
}
