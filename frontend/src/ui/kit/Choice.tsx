import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: ReactNode }[];
  onChange: (value: T) => void;
}

/** One of a few, all in sight. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => next && onChange(next as T)}
      className="inline-flex max-w-full rounded-s bg-paper-3 p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="touch-target flex h-9 items-center gap-2 rounded-[5px] px-3 text-ink-2 text-sm hover:text-ink data-[state=on]:bg-accent data-[state=on]:text-on-accent [&_svg]:size-4"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
