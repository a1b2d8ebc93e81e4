import { X } from 'lucide-react';
import { AlertDialog, Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useText } from '../text/text';
import { Button } from './Button';
import { cx } from './cx';

const SCRIM = 'fade fixed inset-0 z-40 bg-scrim';
const PANEL = 'rise fixed z-40 border border-line bg-raised shadow-high';
const CENTRED =
  'top-[min(12dvh,120px)] left-1/2 w-[calc(100vw-32px)] -translate-x-1/2 max-h-[80dvh] overflow-y-auto rounded-l';

/** Who opens it goes on at its text, all of which typing replaces; else at what Radix chooses. */
function beginAtText(event: Event) {
  const panel = event.currentTarget instanceof HTMLElement ? event.currentTarget : null;
  const text = panel?.querySelector<HTMLInputElement>('input, textarea');
  if (!text) return;
  event.preventDefault();
  text.focus();
  text.select();
}

/** The focus goes back to where it was, unless something has it: the page that was opened from here. */
export function leaveFocus(event: Event) {
  if (document.activeElement !== document.body) event.preventDefault();
}

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  /** The title is said to screen readers only. */
  bare?: boolean;
  className?: string;
  onCloseAutoFocus?: (event: Event) => void;
}

export function Dialog({ open, onOpenChange, title, children, bare, className, ...rest }: DialogProps) {
  const t = useText();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={SCRIM} />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={beginAtText}
          onCloseAutoFocus={leaveFocus}
          className={cx(PANEL, CENTRED, 'max-w-110', className)}
          {...rest}
        >
          <Radix.Title className={bare ? 'sr-only' : 'px-6 pt-5 pb-3 font-semibold text-lg'}>{title}</Radix.Title>
          {!bare && (
            <Radix.Close asChild>
              {/* Without a tooltip: that would open with the dialog, which focuses this, and take the first Escape. */}
              <Button variant="ghost" aria-label={t.close} className="absolute top-4 right-4 size-9 px-0">
                <X aria-hidden className="size-4.5" />
              </Button>
            </Radix.Close>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
}

/** What stands beside the page on a wide screen slides over it on a narrow one. */
export function Sheet({ open, onOpenChange, title, children }: SheetProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={SCRIM} />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={leaveFocus}
          className="from-left fixed inset-y-0 left-0 z-40 w-[min(320px,88vw)] bg-paper-2 shadow-high"
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  text: string;
  action: string;
  onConfirm: () => void;
  onCloseAutoFocus?: (event: Event) => void;
}

export function Confirm({ open, onOpenChange, title, text, action, onConfirm, ...rest }: ConfirmProps) {
  const t = useText();
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={SCRIM} />
        <AlertDialog.Content onCloseAutoFocus={leaveFocus} className={cx(PANEL, CENTRED, 'max-w-100 p-6')} {...rest}>
          <AlertDialog.Title className="font-semibold text-lg">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-ink-2">{text}</AlertDialog.Description>
          <div className="mt-6 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button variant="ghost">{t.cancel}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button variant="alarm" onClick={onConfirm}>
                {action}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
