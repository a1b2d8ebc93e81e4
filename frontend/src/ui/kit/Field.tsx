import { ChevronDown } from 'lucide-react';
import { Label } from 'radix-ui';
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
