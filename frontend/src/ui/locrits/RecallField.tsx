import type { Locrit } from '../../core';
import { Field, Select } from '../kit/Field';
import { useText } from '../text/text';

interface Props {
  recall: Locrit['recall'];
  onChange: (recall: Locrit['recall']) => void;
}

/** How much a Locrit is reminded of what was said in other conversations. */
export function RecallField({ recall, onChange }: Props) {
  const t = useText().form;
  const levels = Object.entries(t.recallLevels) as [Locrit['recall'], string][];
  return (
    <Field label={t.recall} hint={t.recallHint}>
      {(props) => (
        <Select {...props} value={recall} onChange={(event) => onChange(event.target.value as Locrit['recall'])}>
          {levels.map(([level, name]) => (
            <option key={level} value={level}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
