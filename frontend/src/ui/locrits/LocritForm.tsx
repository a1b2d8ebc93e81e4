import type { ReactNode } from 'react';
import { Avatar } from '../kit/Avatar';
import { Field, Input, Select, TextArea } from '../kit/Field';
import { Section } from '../kit/Section';
import { Switch } from '../kit/Switch';
import { HostField, KeepAliveField, WindowField } from '../models/ModelOptions';
import { ThinkField } from '../models/Think';
import { HostContext, useHost } from '../models/use-host';
import { useModels } from '../models/use-models';
import { useText } from '../text/text';
import type { LocritDraft, NameProblem } from './draft';
import { EmojiField } from './EmojiField';
import { OptionSlider } from './OptionSlider';
import { MemoriesField, RecallField } from './RecallField';
import { ToolsField } from './ToolsField';

export interface FormProps {
  draft: LocritDraft;
  onChange: (change: Partial<LocritDraft>) => void;
  problem: NameProblem;
}

/** Who it is and how it speaks and thinks; the same when making and when changing one. */
export function LocritForm({ draft, onChange, problem }: FormProps) {
  return (
    <>
      <Identity draft={draft} onChange={onChange} problem={problem} />
      <Character draft={draft} onChange={onChange} />
      <HostContext value={draft.host}>
        <Thinking draft={draft} onChange={onChange} />
      </HostContext>
    </>
  );
}

function Identity({ draft, onChange, problem }: FormProps) {
  const t = useText().form;
  const error = problem === 'missing' ? t.nameMissing : problem === 'slash' ? t.nameSlash : undefined;
  return (
    <Section title={t.who} hint={t.whoHint}>
      <div className="flex items-start gap-3">
        <div className="pt-6">
          <Avatar locrit={{ name: draft.name || '·', avatar: draft.avatar }} size="l" />
        </div>
        <Field label={t.name} error={error} className="flex-1">
          {(props) => (
            <Input
              {...props}
              value={draft.name}
              maxLength={100}
              autoComplete="off"
              placeholder={t.namePlaceholder}
              onChange={(event) => onChange({ name: event.target.value })}
            />
          )}
        </Field>
        <EmojiField value={draft.avatar} onChange={(avatar) => onChange({ avatar })} />
      </div>
      <Field label={t.description}>
        {(props) => (
          <Input
            {...props}
            value={draft.description}
            autoComplete="off"
            placeholder={t.descriptionPlaceholder}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
    </Section>
  );
}

function Character({ draft, onChange }: Omit<FormProps, 'problem'>) {
  const t = useText().form;
  return (
    <Section title={t.character} hint={t.characterHint}>
      <Field label={t.prompt}>
        {(props) => (
          <TextArea
            {...props}
            rows={5}
            value={draft.system_prompt}
            placeholder={t.promptPlaceholder}
            onChange={(event) => onChange({ system_prompt: event.target.value })}
          />
        )}
      </Field>
      <Field label={t.welcome} hint={t.welcomeHint}>
        {(props) => (
          <TextArea
            {...props}
            rows={2}
            value={draft.welcome_message}
            placeholder={t.welcomePlaceholder}
            onChange={(event) => onChange({ welcome_message: event.target.value })}
          />
        )}
      </Field>
    </Section>
  );
}

function Thinking({ draft, onChange }: Omit<FormProps, 'problem'>) {
  const t = useText().form;
  const inherited = useHost('').list?.settings.options;
  const options = {
    options: draft.options,
    inherited,
    onChange: (options: LocritDraft['options']) => onChange({ options }),
  };
  return (
    <Section title={t.thinking} hint={t.thinkingHint}>
      <ModelPicker model={draft.model} onChange={(model) => onChange({ model })} />
      <ThinkField model={draft.model} think={draft.think} onChange={(think) => onChange({ think })} />
      <RecallField recall={draft.recall} onChange={(recall) => onChange({ recall })} />
      <MemoriesField memories={draft.memories} onChange={(memories) => onChange({ memories })} />
      <div className="grid gap-5 sm:grid-cols-2">
        <OptionSlider
          label={t.temperature}
          hint={t.temperatureHint}
          name="temperature"
          max={2}
          draft={draft}
          onChange={onChange}
        />
        <OptionSlider label={t.topP} hint={t.topPHint} name="top_p" max={1} draft={draft} onChange={onChange} />
      </div>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t.limit} hint={t.limitHint}>
          {(props) => (
            <Input
              {...props}
              type="number"
              min={1}
              max={1000}
              className="max-w-28 tabular-nums"
              value={draft.message_limit}
              onChange={(event) =>
                onChange({ message_limit: Math.max(1, Math.min(1000, event.target.valueAsNumber || 1)) })
              }
            />
          )}
        </Field>
        <WindowField model={draft.model} {...options} />
        <KeepAliveField {...options} />
        <HostField host={draft.host} onChange={(host) => onChange({ host })} />
      </div>
      <ToolsField model={draft.model} tools={draft.tools} onChange={(tools) => onChange({ tools })} />
    </Section>
  );
}

function ModelPicker({ model, onChange }: { model: string; onChange: (model: string) => void }) {
  const t = useText();
  const { installed, find, defaultLabel } = useModels();
  const missing = model && installed && !find(model)?.can_chat;
  return (
    <Field label={t.form.model} error={missing ? `${t.model.missing(model)}. ${t.model.missingHint}` : undefined}>
      {(props) => (
        <Select {...props} value={model} onChange={(event) => onChange(event.target.value)}>
          <option value="">{installed ? t.model.defaultIs(defaultLabel) : t.model.default}</option>
          {model && !installed?.some((known) => known.name === model) && <option value={model}>{model}</option>}
          {installed?.map((known) => (
            <option key={known.name} value={known.name}>
              {[known.label, known.parameter_size].filter(Boolean).join(' · ')}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

type Flags = 'open_to' | 'access_to';

/** What can be true; the other switches are kept as they are, for clients that know them. */
const HEEDED: Record<Flags, string[]> = {
  open_to: ['humans', 'locrits', 'invitations', 'internet'],
  access_to: ['logs', 'quick_memory', 'full_memory', 'llm_info'],
};

type AccessProps = Omit<FormProps, 'problem'> & { children?: ReactNode };

export function AccessSection({ draft, onChange, children }: AccessProps) {
  const t = useText().form;
  const labels: Record<string, string> = {
    humans: t.humans,
    locrits: t.locrits,
    invitations: t.invitations,
    internet: t.internet,
    logs: t.logs,
    llm_info: t.llmInfo,
    quick_memory: t.quickMemory,
    full_memory: t.fullMemory,
  };
  const group = (title: string, flags: Flags) => (
    <fieldset>
      <legend className="mb-1 font-[550] text-sm">{title}</legend>
      <div className="divide-y divide-line">
        {Object.entries(draft[flags]).map(
          ([flag, on]) =>
            HEEDED[flags].includes(flag) && (
              <Switch
                key={flag}
                label={labels[flag] ?? flag}
                checked={on}
                onChange={(checked) => onChange({ [flags]: { ...draft[flags], [flag]: checked } })}
              />
            ),
        )}
      </div>
    </fieldset>
  );
  return (
    <Section title={t.access} hint={t.accessHint}>
      <Switch label={t.active} hint={t.activeHint} checked={draft.active} onChange={(active) => onChange({ active })} />
      {group(t.openTo, 'open_to')}
      {children}
      {group(t.accessTo, 'access_to')}
    </Section>
  );
}
