import { DropdownMenu } from 'radix-ui';
import { type ComponentProps, type FocusEvent, type ReactNode, useId, useRef, useState } from 'react';
import { cx } from './cx';
import { leaveFocus } from './Dialog';

const PLACE = { sideOffset: 4, collisionPadding: 8 };
const PANEL =
  'rise z-50 max-h-[min(420px,70dvh)] min-w-44 overflow-y-auto rounded-l border border-line bg-raised p-1 shadow-high';

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  className?: string;
}

/** A menu stands in the part of the page that its button is in, and hides nothing else from screen readers. */
const partOf = (button: HTMLElement | null) => button?.closest<HTMLElement>('[role="dialog"], main, nav') ?? null;

export function Menu({ trigger, children, align = 'end', className }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [part, setPart] = useState<HTMLElement | null>(null);
  return (
    <DropdownMenu.Root modal={false} onOpenChange={() => setPart(partOf(button.current))}>
      <DropdownMenu.Trigger asChild ref={button}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={part}>
        <DropdownMenu.Content {...PLACE} align={align} onCloseAutoFocus={leaveFocus} className={cx(PANEL, className)}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuAtProps {
  /** The button that opened it. */
  anchor: HTMLElement;
  label: string;
  children: ReactNode;
  onClose: () => void;
  onCloseAutoFocus: (event: Event) => void;
}

/** An open menu at a button that is not its own: one menu for many buttons. */
export function MenuAt({ anchor, label, children, onClose, onCloseAutoFocus }: MenuAtProps) {
  const { left, top, width, height } = anchor.getBoundingClientRect();
  const isEntered = useRef(!anchor.matches(':focus-visible'));
  /** Who opened it with the keyboard goes on with it: its root was not there to notice. */
  const enter = ({ target, currentTarget }: FocusEvent<HTMLElement>) => {
    if (isEntered.current || target !== currentTarget) return;
    isEntered.current = true;
    currentTarget.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
  };
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden className="pointer-events-none fixed" style={{ left, top, width, height }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={partOf(anchor)}>
        <DropdownMenu.Content
          {...PLACE}
          align="end"
          aria-label={label}
          aria-labelledby={undefined}
          onFocus={enter}
          onCloseAutoFocus={onCloseAutoFocus}
          className={PANEL}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface ItemProps extends ComponentProps<typeof DropdownMenu.Item> {
  danger?: boolean;
  /** What it does, where its name does not tell. */
  hint?: string;
}

export function MenuItem({ danger, hint, className, children, ...rest }: ItemProps) {
  const id = useId();
  return (
    <DropdownMenu.Item
      className={cx(
        'flex min-h-9 items-center gap-3 rounded-s px-3 py-1 text-sm outline-none [&_svg]:size-4 [&_svg]:text-ink-3',
        'data-highlighted:bg-paper-3 pointer-coarse:min-h-11',
        danger && 'text-bad [&_svg]:text-bad',
        className,
      )}
      aria-describedby={hint && id}
      {...rest}
    >
      {hint ? (
        <span className="grid grid-cols-[auto_1fr] items-center gap-x-3">
          {children}
          <span id={id} aria-hidden className="col-start-2 text-ink-3 text-xs">
            {hint}
          </span>
        </span>
      ) : (
        children
      )}
    </DropdownMenu.Item>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="mx-2 my-1 h-px bg-line" />;
}
