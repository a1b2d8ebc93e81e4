import { DropdownMenu } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  className?: string;
}

export function Menu({ trigger, children, align = 'end', className }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            'rise z-50 max-h-[min(420px,70dvh)] min-w-44 overflow-y-auto rounded-l border border-line bg-raised p-1 shadow-high',
            className,
          )}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface ItemProps extends ComponentProps<typeof DropdownMenu.Item> {
  danger?: boolean;
}

export function MenuItem({ danger, className, ...rest }: ItemProps) {
  return (
    <DropdownMenu.Item
      className={cx(
        'flex min-h-9 items-center gap-3 rounded-s px-3 py-1 text-sm outline-none [&_svg]:size-4 [&_svg]:text-ink-3',
        'data-highlighted:bg-paper-3 pointer-coarse:min-h-11',
        danger && 'text-bad [&_svg]:text-bad',
        className,
      )}
      {...rest}
    />
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="mx-2 my-1 h-px bg-line" />;
}
