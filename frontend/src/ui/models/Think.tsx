import { Check, ChevronDown, Lightbulb } from 'lucide-react';
import type { ConversationRow, Locrit } from '../../core';
import { useClient } from '../app-context';
import { cx } from '../kit/cx';
import { Field, Select } from '../kit/Field';
import { Menu, MenuItem } from '../kit/Menu';
import { type AllText, useText } from '../text/text';
import { useModels } from './use-models';

interface FieldProps {
  model: string;
  think: string;
  onChange: (think: string) => void;
}

/** Whether a model shall think before it answers. There where it can be told. */
export function ThinkField({ model, think, onChange }: FieldProps) {
  const t = useText();
  const choices = useChoices(model, think);
  if (!choices.length) return null;
  return (
    <Field label={t.models.think} hint={t.models.thinkHint}>
      {(props) => (
        <Select {...props} value={think} onChange={(event) => onChange(event.target.value)}>
          <option value="">{t.models.thinkOwn}</option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {named(choice, t)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

interface MenuProps {
  locrit: Locrit;
  conversation: ConversationRow;
}

/** The same for one conversation, beside its model. */
export function ThinkMenu({ locrit, conversation }: MenuProps) {
  const t = useText();
  const client = useClient();
  const { think, conversation_id } = conversation;
  const choices = useChoices(locrit.model, think);
  if (!choices.length) return null;
  const said = t.models.thinkIs(named(think || locrit.think, t));
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={t.models.changeThink(said)}
          className="touch-target flex min-h-6 max-w-1/2 shrink-0 items-center gap-0.5 rounded-s text-ink-3 text-xs hover:text-ink"
        >
          <Lightbulb aria-hidden className="size-3 shrink-0" />
          <span className="truncate">{named(think || locrit.think, t)}</span>
          <ChevronDown aria-hidden className="size-3 shrink-0" />
        </button>
      }
    >
      {['', ...choices].map((choice) => (
        <MenuItem key={choice} onSelect={() => client.actions.editConversation(conversation_id, { think: choice })}>
          <Check aria-hidden className={cx(choice !== think && 'invisible')} />
          {choice ? named(choice, t) : t.models.thinkAs(locrit.name)}
          {choice === think && <span className="sr-only">({t.models.using})</span>}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** What the model can be told; and what is set, if it cannot. */
function useChoices(model: string, think: string): readonly string[] {
  const { find, answering } = useModels();
  const known = find(answering(model))?.think ?? [];
  return known.includes(think) || !think ? known : [...known, think];
}

/** Levels have names of their own. */
function named(think: string, { models }: AllText): string {
  const names: Record<string, string> = models.thinkValues;
  return names[think] ?? think;
}
