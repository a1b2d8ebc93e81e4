import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface Props {
  text: string;
  keys?: string;
  side?: 'top' | 'bottom' | 'right';
  children: ReactNode;
}

export function Tooltip({ text, keys, side = 'top', children }: Props) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="fade z-50 flex max-w-72 items-center gap-2 rounded-s bg-ink px-2 py-1 text-paper text-xs shadow-high"
        >
          {text}
          {keys && <kbd className="font-sans opacity-65">{keys}</kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const TooltipProvider = Radix.Provider;
