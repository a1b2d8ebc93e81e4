import type { ArtifactRow } from '../../core';
import { useClient } from '../app-context';
import { useKept } from '../failed';
import { draftKeys, useFormDraft } from '../form-draft';
import { Button } from '../kit/Button';
import { cx } from '../kit/cx';
import { Field, Input } from '../kit/Field';
import { artifactsText } from '../text/artifacts';
import { useText, useTextOf } from '../text/text';

/** `rev` is the revision that it began with. */
interface Draft {
  name: string;
  content: string;
  css: string;
  rev: number;
}

/** What is typed is kept in this browser until it is saved or discarded. */
export function useArtifactDraft({ id, name, content, css, base }: ArtifactRow) {
  const { draft, returned, keep } = useFormDraft<Draft>(draftKeys.artifact(id));
  const now = { name: draft?.name ?? name, content: draft?.content ?? content, css: draft?.css ?? css };
  return {
    now,
    returned,
    rev: draft?.rev ?? base.rev,
    change: (change: Partial<Omit<Draft, 'rev'>>) => keep((known) => ({ rev: base.rev, ...known, ...change })),
    drop: () => keep(() => null),
  };
}

interface Props {
  artifact: ArtifactRow;
  draft: ReturnType<typeof useArtifactDraft>;
  onDone: () => void;
}

const AREA =
  'code block w-full resize-none [font-variant-ligatures:none] rounded-s border border-line-strong bg-raised p-3 focus:outline-2 focus:outline-accent focus:-outline-offset-1 pointer-coarse:text-[16px]';

export function EditForm({ artifact, draft, onDone }: Props) {
  const all = useText();
  const t = useTextOf(artifactsText);
  const { now, change, drop } = draft;
  const save = useSave(artifact, draft, onDone);
  const isEmpty = !now.content.trim() || !now.name.trim();
  return (
    <form
      className="flex min-h-0 flex-1 flex-col gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isEmpty) void save();
      }}
    >
      <Field label={t.name}>
        {(field) => (
          <Input
            {...field}
            value={now.name}
            maxLength={200}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <Code
        label={t.content}
        value={now.content}
        onChange={(content) => change({ content })}
        className="min-h-32 flex-1"
      />
      {artifact.type === 'jsx' && <Code label={t.style} value={now.css} rows={5} onChange={(css) => change({ css })} />}
      <div className="flex flex-wrap items-center justify-end gap-2">
        {draft.returned && <p className="mr-auto text-ink-2 text-sm">{all.form.unsaved}</p>}
        <Button
          variant="ghost"
          onClick={() => {
            drop();
            onDone();
          }}
        >
          {draft.returned ? all.chat.discard : all.cancel}
        </Button>
        <Button variant="primary" type="submit" disabled={isEmpty}>
          {t.save}
        </Button>
      </div>
    </form>
  );
}

interface CodeProps {
  label: string;
  value: string;
  rows?: number;
  onChange: (value: string) => void;
  className?: string;
}

function Code({ label, value, rows, onChange, className }: CodeProps) {
  return (
    <textarea
      aria-label={label}
      dir="ltr"
      rows={rows}
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={cx(AREA, className)}
    />
  );
}

/** In this browser at once, and on the server as soon as it answers. */
function useSave(artifact: ArtifactRow, { now, rev, drop }: Props['draft'], onDone: () => void) {
  const { artifacts } = useClient();
  const isKept = useKept();
  return async () => {
    const fields = { name: now.name.trim(), content: now.content, css: now.css };
    const changes = Object.fromEntries(
      Object.entries(fields).filter(([name, value]) => artifact[name as keyof typeof fields] !== value),
    );
    if (Object.keys(changes).length > 0 && !(await isKept(artifacts.edit({ ...artifact, rev }, changes)))) return;
    drop();
    onDone();
  };
}
