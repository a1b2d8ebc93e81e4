import { type FormEvent, type KeyboardEvent, useEffect, useRef } from 'react';
import { ChangedMeanwhile } from '../chat/EditBox';
import { useKept } from '../failed';
import { useFormDraft } from '../form-draft';
import { isLayerOpen, modifiersOf } from '../keys';
import { Button } from '../kit/Button';
import { Field, Input, TextArea } from '../kit/Field';
import { notesText } from '../text/notes';
import { useText, useTextOf } from '../text/text';
import type { Note } from './queries';

const MOST_TAGS = 50;

export interface NoteFields {
  content: string;
  tags: string[];
}

/** `tags` as they are typed; `of` is what the note said when the editing began. */
interface Draft {
  of: string;
  content: string;
  tags: string;
}

interface Props {
  /** Under which what is typed is kept until it is saved or discarded. */
  draftKey: string;
  note?: Note;
  onSave: (fields: NoteFields) => Promise<unknown>;
  onClose: () => void;
}

/** Of a new note, or of one that is changed in its place. */
export function NoteForm({ draftKey, note, onSave, onClose }: Props) {
  const t = useText();
  const notes = useTextOf(notesText);
  const isKept = useKept();
  const { draft, returned, keep } = useFormDraft<Draft>(draftKey);
  const content = String(draft?.content ?? note?.content ?? '');
  const tags = String(draft?.tags ?? note?.tags.join(', ') ?? '');
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!isLayerOpen()) area.current?.focus();
  }, []);
  const said = note?.content ?? '';
  const change = (fields: Partial<Draft>) => keep((now) => ({ of: said, ...now, ...fields }));

  function discard() {
    keep(() => null);
    onClose();
  }

  async function save(event?: FormEvent) {
    event?.preventDefault();
    if (!content.trim()) return;
    if (await isKept(onSave({ content, tags: tagsIn(tags) }))) discard();
  }

  function onKeyDown(event: KeyboardEvent) {
    const held = modifiersOf(event.nativeEvent);
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && (held === 'Ctrl' || held === 'Meta')) void save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <form onSubmit={save} onKeyDown={onKeyDown} className="flex flex-col gap-3 py-3">
      {draft && draft.of !== said && <ChangedMeanwhile text={said} />}
      <TextArea
        ref={area}
        aria-label={notes.text}
        value={content}
        onChange={({ target }) => change({ content: target.value })}
      />
      <div className="flex flex-wrap items-end gap-3">
        <Field label={notes.tags} hint={notes.tagsHint} className="min-w-40 flex-1">
          {(field) => <Input {...field} value={tags} onChange={({ target }) => change({ tags: target.value })} />}
        </Field>
        <div className="flex gap-2 pb-5">
          <Button variant="ghost" onClick={discard}>
            {returned ? t.chat.discard : t.cancel}
          </Button>
          <Button variant="primary" type="submit" disabled={!content.trim()}>
            {t.save}
          </Button>
        </div>
      </div>
    </form>
  );
}

function tagsIn(typed: string): string[] {
  const tags = typed.split(',').map((tag) => tag.trim());
  return [...new Set(tags.filter(Boolean))].slice(0, MOST_TAGS);
}
