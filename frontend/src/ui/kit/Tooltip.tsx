import { Tooltip as Radix } from 'radix-ui';
import { type FocusEvent, type ReactNode, useState } from 'react';

interface Props {
  text: string;
  keys?: string;
  side?: 'top' | 'bottom' | 'right';
  /** While the menu of what it explains is open. */
  off?: boolean;
  children: ReactNode;
}

export function Tooltip({ text, keys, side = 'top', off, children }: Props) {
  const [open, setOpen] = useState(false);
  if (open && off) setOpen(false);
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild onFocus={onlyByKeyboard}>
        {children}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="fade pointer-events-none z-45 flex max-w-72 items-center gap-2 rounded-s bg-ink px-2 py-1 text-paper text-xs shadow-high"
        >
          {text}
          {keys && <kbd className="font-sans opacity-65">{keys}</kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A focus that comes back from a menu or a dialog which the pointer closed asks for no words. */
function onlyByKeyboard(event: FocusEvent<HTMLElement>) {
  if (!event.currentTarget.matches(':focus-visible')) event.preventDefault();
}

export const TooltipProvider = Radix.Provider;
