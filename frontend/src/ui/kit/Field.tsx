import { ChevronDown } from 'lucide-react';
import { Label, Switch as RadixSwitch, ToggleGroup } from 'radix-ui';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx';

const BOX =
  'w-full rounded-s border border-line-strong bg-raised px-3 text-base text-ink shadow-low transition-colors ' +
  'hover:border-ink-3 focus:border-accent focus:outline-2 focus:outline-accent focus:-outline-offset-1 ' +
  'aria-invalid:border-bad disabled:opacity-60 [@media(pointer:coarse)]:text-[16px]';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string;
  children: (props: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ReactNode;
  className?: string;
}

/** A label, its control, and one line that helps or says what is wrong. */
export function Field({ label, hint, error, children, className }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={cx('min-w-0', className)}>
      <Label.Root htmlFor={id} className="mb-1 block font-[550] text-sm">
        {label}
      </Label.Root>
      {children({ id, 'aria-describedby': note ? `${id}-note` : undefined, 'aria-invalid': error ? true : undefined })}
      {note && (
        <p id={`${id}-note`} className={cx('mt-1 text-xs', error ? 'text-bad' : 'text-ink-3')}>
          {note}
        </p>
      )}
    </div>
  );
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input dir="auto" className={cx(BOX, 'h-10', className)} {...rest} />;
}

/** Grows with its text, from `rows` lines on. */
export function TextArea({ className, rows = 2, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      dir="auto"
      rows={rows}
      style={{ minHeight: rows * 24 + 18 }}
      className={cx(BOX, 'field-sizing-content block max-h-80 resize-y py-2 leading-6', className)}
      {...rest}
    />
  );
}

/** The browser's own list, which every phone knows how to show. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={cx('relative block', className)}>
      <select className={cx(BOX, 'h-10 appearance-none truncate pr-9')} {...rest} />
      <ChevronDown aria-hidden className="pointer-events-none absolute top-3 right-3 size-4 text-ink-3" />
    </span>
  );
}

interface SwitchProps {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function Switch({ label, hint, checked, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex min-h-10 items-center justify-between gap-4 py-1">
      <label htmlFor={id} className="min-w-0 flex-1 cursor-pointer">
        <span className="block text-sm">{label}</span>
        {hint && <span className="block text-ink-3 text-xs">{hint}</span>}
      </label>
      <RadixSwitch.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        className="touch-target h-6 w-10 shrink-0 rounded-full border border-ink-3 bg-paper-3 transition-colors data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <RadixSwitch.Thumb className="block size-4 translate-x-[3px] rounded-full bg-ink-3 transition-transform duration-100 data-[state=checked]:translate-x-[19px] data-[state=checked]:bg-on-accent" />
      </RadixSwitch.Root>
    </div>
  );
}

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
