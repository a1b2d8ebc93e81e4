import type { Locrit } from '../../core';
import { Field, Select } from '../kit/Field';
import { useText } from '../text/text';

/** How much a Locrit is reminded of what was said in other conversations. */
export function RecallField({
  recall,
  onChange,
}: {
  recall: Locrit['recall'];
  onChange: (to: Locrit['recall']) => void;
}) {
  const t = useText().form;
  return <LevelField label={t.recall} hint={t.recallHint} levels={t.recallLevels} value={recall} onChange={onChange} />;
}

interface MemoriesProps {
  memories: Locrit['memories'];
  onChange: (to: Locrit['memories']) => void;
}

/** Whether facts are extracted from what is said, and whether a person is asked before they count. */
export function MemoriesField({ memories, onChange }: MemoriesProps) {
  const t = useText().form;
  const hint = t.memoriesHints[memories];
  return <LevelField label={t.memories} hint={hint} levels={t.memoriesLevels} value={memories} onChange={onChange} />;
}

interface LevelProps<Level extends string> {
  label: string;
  hint: string;
  levels: Record<Level, string>;
  value: Level;
  onChange: (level: Level) => void;
}

function LevelField<Level extends string>({ label, hint, levels, value, onChange }: LevelProps<Level>) {
  return (
    <Field label={label} hint={hint}>
      {(props) => (
        <Select {...props} value={value} onChange={(event) => onChange(event.target.value as Level)}>
          {(Object.entries(levels) as [Level, string][]).map(([level, name]) => (
            <option key={level} value={level}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
