import { Slot } from 'radix-ui';
import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { cx } from './cx';
import { Tooltip } from './Tooltip';

const VARIANTS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'border border-line-strong bg-raised text-ink shadow-low hover:bg-paper-3',
  ghost: 'text-ink-2 hover:bg-paper-3 hover:text-ink',
  danger: 'border border-bad-line text-bad hover:bg-bad-soft',
  alarm: 'bg-bad text-paper hover:opacity-90',
};

type Variant = keyof typeof VARIANTS;

interface ButtonProps extends ComponentProps<'button'> {
  variant?: Variant;
  small?: boolean;
  asChild?: boolean;
}

/** What cannot be pressed just now keeps the focus: a disabled button would drop it. */
function pressable({ disabled, onClick }: Pick<ComponentProps<'button'>, 'disabled' | 'onClick'>) {
  if (!disabled) return { onClick };
  return { 'aria-disabled': true, onClick: (event: MouseEvent) => event.preventDefault() };
}

export function Button({ variant = 'plain', small, asChild, disabled, onClick, className, ...rest }: ButtonProps) {
  const Tag = asChild ? Slot.Root : 'button';
  return (
    <Tag
      {...(asChild ? {} : { type: 'button' })}
      className={cx(
        'touch-target inline-flex shrink-0 select-none items-center justify-center gap-2 rounded-s font-[550] transition-colors duration-100',
        small ? 'h-8 px-3 text-sm' : 'h-10 px-4 text-sm',
        'aria-disabled:pointer-events-none aria-disabled:opacity-50',
        VARIANTS[variant],
        className,
      )}
      {...rest}
      {...pressable({ disabled, onClick })}
    />
  );
}

interface IconButtonProps extends ComponentProps<'button'> {
  label: string;
  keys?: string;
  asChild?: boolean;
  small?: boolean;
  side?: 'top' | 'bottom' | 'right';
  /** Stands beside the picture where the container has room. */
  words?: string;
  children: ReactNode;
}

/** A button that is a picture: its words are the label and the tooltip. */
export function IconButton(props: IconButtonProps) {
  const { label, keys, asChild, small, side, words, disabled, onClick, className, children, ...rest } = props;
  const Tag = asChild ? Slot.Root : 'button';
  return (
    <Tooltip text={label} keys={keys} side={side} off={Boolean(rest['aria-expanded'])}>
      <Tag
        {...(asChild ? {} : { type: 'button' })}
        aria-label={label}
        className={cx(
          'touch-target inline-flex shrink-0 items-center justify-center rounded-s text-ink-2 transition-colors duration-100',
          'hover:bg-paper-3 hover:text-ink aria-expanded:bg-paper-3 data-[state=open]:bg-paper-3 aria-disabled:opacity-40',
          small ? 'size-7 [&_svg]:size-[15px]' : 'size-9 [&_svg]:size-[18px]',
          'pointer-coarse:size-10',
          words && 'gap-2 @4xl:w-auto @4xl:px-3',
          className,
        )}
        {...rest}
        {...pressable({ disabled, onClick })}
      >
        {asChild ? <Slot.Slottable>{children}</Slot.Slottable> : children}
        {words && <span className="hidden text-sm @4xl:inline">{words}</span>}
      </Tag>
    </Tooltip>
  );
}
