import { DropdownMenu, Slot } from 'radix-ui';
import {
  type ComponentProps,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  useId,
  useRef,
  useState,
} from 'react';
import { isInLayer, isLayerOpen } from '../keys';
import { cx } from './cx';

const PLACE = { sideOffset: 4, collisionPadding: 8 };
const PANEL =
  'rise z-50 max-h-[min(420px,70dvh)] min-w-44 overflow-y-auto rounded-l border border-line bg-raised p-1 shadow-high';

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  className?: string;
}

/** A button and its menu. */
export function Menu({ trigger, children, ...rest }: MenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    setAnchor(event.currentTarget);
  };
  return (
    <>
      <Slot.Root
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={({ currentTarget }) => setAnchor(anchor ? null : currentTarget)}
        onKeyDown={onKeyDown}
      >
        {trigger}
      </Slot.Root>
      {anchor && (
        <MenuAt anchor={anchor} onClose={() => setAnchor(null)} {...rest}>
          {children}
        </MenuAt>
      )}
    </>
  );
}

/** A menu stands in the part of the page that its button is in, and hides nothing else from screen readers. */
const partOf = (button: HTMLElement) => button.closest<HTMLElement>('[role="dialog"], main, nav');

const placeOf = (button: HTMLElement) => ({
  rect: button.getBoundingClientRect(),
  part: partOf(button),
  name: button.getAttribute('aria-label') ?? button.textContent ?? '',
});

/** The page gives the focus to something meanwhile: only a person closes a menu, or what else opens over the page. */
const outlast = (event: Event) => {
  if (!isInLayer(event.target)) event.preventDefault();
};

interface MenuAtProps {
  /** The button that opened it, and closes it when it is pressed again. */
  anchor: HTMLElement;
  children: ReactNode;
  align?: 'start' | 'end';
  className?: string;
  onClose: () => void;
  /** In place of giving the focus back to the button. */
  onCloseAutoFocus?: (event: Event) => void;
}

/** An open menu where its button was, which may move or go meanwhile. */
export function MenuAt({ anchor, children, align = 'end', className, onClose, onCloseAutoFocus }: MenuAtProps) {
  const [{ rect, part, name }] = useState(() => placeOf(anchor));
  const isEntered = useRef(!anchor.matches(':focus-visible'));
  /** Who opened it with the keyboard goes on with it: its root was not there to notice. */
  const enter = ({ target, currentTarget }: FocusEvent<HTMLElement>) => {
    if (isEntered.current || target !== currentTarget) return;
    isEntered.current = true;
    currentTarget.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
  };
  const giveBack = (event: Event) => {
    event.preventDefault();
    if (document.activeElement === document.body && !isLayerOpen()) anchor.focus();
  };
  const { left, top, width, height } = rect;
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden className="pointer-events-none fixed" style={{ left, top, width, height }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={part}>
        <DropdownMenu.Content
          {...PLACE}
          align={align}
          aria-label={name}
          aria-labelledby={undefined}
          onFocus={enter}
          onFocusOutside={outlast}
          onPointerDownOutside={(event) => anchor.contains(event.target as Node) && event.preventDefault()}
          onCloseAutoFocus={onCloseAutoFocus ?? giveBack}
          className={cx(PANEL, className)}
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
