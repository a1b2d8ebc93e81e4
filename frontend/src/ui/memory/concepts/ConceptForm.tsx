import { type FormEvent, useEffect, useRef } from 'react';
import type { ConceptChanges, ConceptDetails, ConceptRow } from '../../../core';
import { useClient } from '../../app-context';
import { useKept } from '../../failed';
import { useFormDraft } from '../../form-draft';
import { formKeys, isLayerOpen } from '../../keys';
import { Button } from '../../kit/Button';
import { Field, Input, TextArea } from '../../kit/Field';
import { conceptsText } from '../../text/concepts';
import { useText, useTextOf } from '../../text/text';

type Draft = Required<ConceptChanges>;

interface Props {
  /** Under which what is typed is kept until it is saved or discarded. */
  draftKey: string;
  row: ConceptRow;
  /** Missing while the server is away: then the description cannot be changed. */
  details?: ConceptDetails;
  onClose: () => void;
}

/** Corrects a concept in its place. */
export function ConceptForm({ draftKey, row, details, onClose }: Props) {
  const all = useText();
  const { types } = useTextOf(conceptsText);
  const { concepts } = useClient();
  const isKept = useKept();
  const { draft, returned, keep } = useFormDraft<Draft>(draftKey);
  const begun: Draft = { name: row.name, type: types[row.type] ?? row.type, description: details?.description ?? '' };
  const shown = { ...begun, ...draft };
  const change = (fields: Partial<Draft>) => keep((now) => ({ ...now, ...fields }));

  function discard() {
    keep(() => null);
    onClose();
  }

  async function save(event?: FormEvent) {
    event?.preventDefault();
    const changes = differing(shown, begun);
    if (changes.type) changes.type = keyOf(types, changes.type);
    if (Object.keys(changes).length === 0) return discard();
    if (await isKept(concepts.edit(row, changes, details && (details.decided?.rev ?? 0)))) discard();
  }

  return (
    <form onSubmit={save} onKeyDown={formKeys(onClose, () => void save())} className="flex flex-col gap-3 py-2">
      <Fields shown={shown} hasDescription={details !== undefined} onChange={change} />
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={discard}>
          {returned ? all.chat.discard : all.cancel}
        </Button>
        <Button variant="primary" type="submit">
          {all.save}
        </Button>
      </div>
    </form>
  );
}

interface FieldsProps {
  shown: Draft;
  hasDescription: boolean;
  onChange: (fields: Partial<Draft>) => void;
}

function Fields({ shown, hasDescription, onChange }: FieldsProps) {
  const t = useTextOf(conceptsText);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!isLayerOpen()) first.current?.focus();
  }, []);
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t.name} hint={t.nameHint}>
          {(field) => (
            <Input
              {...field}
              ref={first}
              maxLength={200}
              value={shown.name}
              onChange={({ target }) => onChange({ name: target.value })}
            />
          )}
        </Field>
        <Field label={t.type} hint={t.typeHint}>
          {(field) => (
            <Input
              {...field}
              maxLength={50}
              value={shown.type}
              onChange={({ target }) => onChange({ type: target.value })}
            />
          )}
        </Field>
      </div>
      {hasDescription && (
        <Field label={t.description}>
          {(field) => (
            <TextArea
              {...field}
              maxLength={2000}
              value={shown.description}
              onChange={({ target }) => onChange({ description: target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}

function differing(now: Draft, begun: Draft): ConceptChanges {
  return Object.fromEntries(
    Object.entries(now)
      .map(([field, value]) => [field, value.trim()] as const)
      .filter(([field, value]) => value !== begun[field as keyof Draft]),
  );
}

/** Ours are stored so that they are shown in whatever language it is read in. */
function keyOf(types: Readonly<Record<string, string>>, written: string): string {
  const isIt = (word: string) => word.toLowerCase() === written.toLowerCase();
  return Object.keys(types).find((key) => isIt(key) || isIt(types[key] ?? '')) ?? written;
}
