import type { FormEvent } from 'react';
import { v7 as uuid } from 'uuid';
import { ApiError, type ModelList, type ServerSettings as Settings } from '../../core';
import { useClient, useConnection } from '../app-context';
import { draftKeys, type FormDraft, useFormDraft } from '../form-draft';
import { Field, Select } from '../kit/Field';
import { Section } from '../kit/Section';
import { Refusal } from '../locrits/Refusal';
import { UnsavedBar } from '../locrits/UnsavedBar';
import { useSubmit } from '../locrits/use-submit';
import { libraryText } from '../text/library';
import { useText, useTextOf } from '../text/text';
import { KeepAliveField, WindowField } from './ModelOptions';
import { useHost } from './use-host';
import { useModels } from './use-models';

type Fields = Pick<Settings, 'default_model' | 'meaning' | 'options'>;
/** What was changed here, and the revision over which that goes. */
type Edits = Partial<Pick<Settings, 'default_model' | 'meaning' | 'options' | 'rev'>>;

/** What holds for every Locrit that has nothing else. Kept while it is not saved, and saved only with the server's word. */
export function ServerSettings() {
  const t = useTextOf(libraryText);
  const list = useHost('').list;
  if (!list?.settings) return null;
  return (
    <Section title={t.settings} hint={t.settingsHint}>
      <Form {...list} />
    </Section>
  );
}

function Form({ settings, fixed, has_encoder }: Pick<ModelList, 'settings' | 'fixed' | 'has_encoder'>) {
  const { form: t } = useText();
  const library = useTextOf(libraryText);
  const { state } = useConnection();
  const { draft: edits, keep } = useFormDraft<Edits>(draftKeys.serverSettings);
  const { failure, busy, submit } = useSubmit();
  const save = useSave();
  const now = { ...settings, ...edits };

  const change = (changed: Partial<Fields>) =>
    keep((before) => {
      const { rev = settings.rev, ...changes } = { ...before, ...changed };
      const differing = differs(changes, settings);
      return Object.keys(differing).length ? { ...differing, rev } : null;
    });

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (edits) void submit(() => save(edits, keep));
  }

  return (
    <form onSubmit={onSubmit} noValidate className="flex flex-col gap-5">
      <DefaultModel
        model={now.default_model}
        fixedBy={fixed.default_model}
        onChange={(default_model) => change({ default_model })}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <WindowField model={now.default_model} options={now.options} onChange={(options) => change({ options })} />
        <KeepAliveField options={now.options} onChange={(options) => change({ options })} />
      </div>
      <FindByMeaning model={now.meaning} hasEncoder={has_encoder} onChange={(meaning) => change({ meaning })} />
      <Refusal failure={failure} />
      {edits && state !== 'online' && <p className="text-sm">{library.settingsOffline}</p>}
      {edits && <UnsavedBar save={t.save} busy={busy || state !== 'online'} onDiscard={() => keep(() => null)} />}
    </form>
  );
}

/** What is refused because somebody else saved first goes over that when it is saved once more: then it was seen. */
function useSave() {
  const client = useClient();
  return async (edits: Edits, keep: FormDraft<Edits>['keep']) => {
    try {
      await client.api.patch('/api/v2/settings', { body: { ...edits, op_id: uuid() } });
    } catch (refusal) {
      if (refusal instanceof ApiError && refusal.failure.code === 'conflict') {
        const { rev } = await client.api.get('/api/v2/settings');
        keep((before) => (before ? { ...before, rev } : null));
      }
      throw refusal;
    }
    await client.models.refresh();
    keep(() => null);
  };
}

function differs(changes: Partial<Fields>, settings: Settings): Partial<Fields> {
  const names = Object.keys(changes) as (keyof Fields)[];
  const differing = names.filter((name) => JSON.stringify(changes[name]) !== JSON.stringify(settings[name]));
  return Object.fromEntries(differing.map((name) => [name, changes[name]]));
}

/** As the server calls it. */
const SMALL_ENCODER = 'small encoder';

interface FindByMeaningProps {
  model: string;
  hasEncoder: boolean;
  onChange: (model: string) => void;
}

function FindByMeaning({ model, hasEncoder, onChange }: FindByMeaningProps) {
  const t = useTextOf(libraryText);
  const { list } = useHost('');
  const embedding = (list?.models ?? []).filter(({ capabilities }) => capabilities.includes('embedding'));
  const isThere = !model || model === SMALL_ENCODER || embedding.some(({ name }) => name === model);
  return (
    <Field label={t.meaning} hint={hasEncoder ? t.meaningHint : `${t.meaningHint} ${t.noEncoder}`}>
      {(props) => (
        <Select {...props} value={model} onChange={({ target }) => onChange(target.value)}>
          <option value="">{t.meaningOff}</option>
          <option value={SMALL_ENCODER} disabled={!hasEncoder}>
            {t.smallEncoder}
          </option>
          {!isThere && <option value={model}>{t.defaultMissing(model)}</option>}
          {embedding.map(({ name, label }) => (
            <option key={name} value={name}>
              {label || name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

interface DefaultModelProps {
  model: string;
  /** What sets it, where that is not set here. */
  fixedBy?: string;
  onChange: (model: string) => void;
}

function DefaultModel({ model, fixedBy, onChange }: DefaultModelProps) {
  const t = useTextOf(libraryText);
  const { installed = [], answering, defaultError } = useModels();
  const hint = fixedBy ? t.defaultFixed(fixedBy) : t.defaultHint;
  const chosen = fixedBy ? answering('') : model;
  const isThere = installed.some(({ name }) => name === chosen || name === `${chosen}:latest`);
  return (
    <Field label={t.defaultModel} hint={hint} error={defaultError?.message}>
      {(props) => (
        <Select {...props} value={chosen} disabled={Boolean(fixedBy)} onChange={({ target }) => onChange(target.value)}>
          <option value="">{t.defaultFirst}</option>
          {chosen && !isThere && <option value={chosen}>{t.defaultMissing(chosen)}</option>}
          {installed.map(({ name, label, parameter_size }) => (
            <option key={name} value={name}>
              {[label || name, parameter_size].filter(Boolean).join(' · ')}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
