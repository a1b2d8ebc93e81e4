import { type FormEvent, useEffect, useRef } from 'react';
import type { Memory, MemoryFields } from '../../core';
import { ChangedMeanwhile } from '../chat/EditBox';
import { useKept } from '../failed';
import { useFormDraft } from '../form-draft';
import { formKeys, isLayerOpen } from '../keys';
import { Button } from '../kit/Button';
import { Field, Input, Select, TextArea } from '../kit/Field';
import { notesText } from '../text/notes';
import { useText, useTextOf } from '../text/text';

const MOST_TAGS = 50;

const LEVELS = { low: 0.2, normal: 0.5, high: 0.9 };
type Level = keyof typeof LEVELS;

/** `tags` as they are typed; `of` is what the note said when the editing began. */
interface Draft {
  of: string;
  content: string;
  tags: string;
  level: Level;
  /** Days, YYYY-MM-DD, or empty. */
  from: string;
  to: string;
}

interface Props {
  /** Under which what is typed is kept until it is saved or discarded. */
  draftKey: string;
  memory?: Memory;
  /** What the button says that saves it. */
  action?: string;
  onSave: (fields: MemoryFields) => Promise<unknown>;
  onClose: () => void;
}

/** Of a new memory, or of one that is changed in its place. */
export function MemoryForm({ draftKey, memory, action, onSave, onClose }: Props) {
  const t = useText();
  const notes = useTextOf(notesText);
  const isKept = useKept();
  const { draft, returned, keep } = useFormDraft<Draft>(draftKey);
  const begun = draftOf(memory);
  const shown = { ...begun, ...draft };
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!isLayerOpen()) area.current?.focus();
  }, []);
  const said = memory?.content ?? '';
  const change = (fields: Partial<Draft>) => keep((now) => ({ of: said, ...now, ...fields }));

  function discard() {
    keep(() => null);
    onClose();
  }

  async function save(event?: FormEvent) {
    event?.preventDefault();
    if (!shown.content.trim()) return;
    if (await isKept(onSave(changesOf(shown, begun)))) discard();
  }

  return (
    <form onSubmit={save} onKeyDown={formKeys(onClose, () => void save())} className="flex flex-col gap-3 py-3">
      {draft && draft.of !== said && <ChangedMeanwhile text={said} />}
      <TextArea
        ref={area}
        aria-label={notes.text}
        value={shown.content}
        onChange={({ target }) => change({ content: target.value })}
      />
      <Facts shown={shown} onChange={change} />
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={discard}>
          {returned ? t.chat.discard : t.cancel}
        </Button>
        <Button variant="primary" type="submit" disabled={!shown.content.trim()}>
          {action ?? t.save}
        </Button>
      </div>
    </form>
  );
}

interface FactsProps {
  shown: Omit<Draft, 'of'>;
  onChange: (fields: Partial<Draft>) => void;
}

/** What is known of it beside its words. */
function Facts({ shown, onChange }: FactsProps) {
  const notes = useTextOf(notesText);
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label={notes.tags} hint={notes.tagsHint}>
        {(field) => <Input {...field} value={shown.tags} onChange={({ target }) => onChange({ tags: target.value })} />}
      </Field>
      <Field label={notes.importance}>
        {(field) => (
          <Select {...field} value={shown.level} onChange={({ target }) => onChange({ level: target.value as Level })}>
            {(Object.keys(LEVELS) as Level[]).map((level) => (
              <option key={level} value={level}>
                {notes.importances[level]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={notes.from}>
        {(field) => (
          <Input
            {...field}
            type="date"
            value={shown.from}
            onChange={({ target }) => onChange({ from: target.value })}
          />
        )}
      </Field>
      <Field label={notes.to}>
        {(field) => (
          <Input {...field} type="date" value={shown.to} onChange={({ target }) => onChange({ to: target.value })} />
        )}
      </Field>
    </div>
  );
}

function draftOf(memory?: Memory): Omit<Draft, 'of'> {
  return {
    content: memory?.content ?? '',
    tags: memory?.tags.join(', ') ?? '',
    level: levelOf(memory?.importance ?? LEVELS.normal),
    from: memory?.valid_from?.slice(0, 10) ?? '',
    to: memory?.valid_to?.slice(0, 10) ?? '',
  };
}

/** Only the text and what differs: a level stands for more than one number, and a day for many moments. */
function changesOf(now: Omit<Draft, 'of'>, begun: Omit<Draft, 'of'>): MemoryFields {
  return {
    content: now.content,
    ...(now.tags !== begun.tags && { tags: tagsIn(now.tags) }),
    ...(now.level !== begun.level && { importance: LEVELS[now.level] }),
    ...(now.from !== begun.from && { valid_from: momentOf(now.from) }),
    ...(now.to !== begun.to && { valid_to: momentOf(now.to) }),
  };
}

function levelOf(importance: number): Level {
  if (importance > 0.7) return 'high';
  return importance < 0.35 ? 'low' : 'normal';
}

function momentOf(day: string): string | null {
  return day ? `${day}T00:00:00Z` : null;
}

function tagsIn(typed: string): string[] {
  const tags = typed.split(',').map((tag) => tag.trim());
  return [...new Set(tags.filter(Boolean))].slice(0, MOST_TAGS);
}
