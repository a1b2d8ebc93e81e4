import { onMac } from '../keys';
import { Dialog } from '../kit/Dialog';
import { Kbd } from '../kit/states';
import { useText } from '../text/text';

export const paletteKeys = () => (onMac() ? '⌘K' : 'Ctrl K');

export function ShortcutList() {
  const { shortcuts: t, hands, finding } = useText();
  const alt = onMac() ? '⌥' : 'Alt';
  const mod = onMac() ? '⌘' : 'Ctrl';
  const rows: [string, string[]][] = [
    [t.palette, [mod, 'K']],
    [finding.findHere, [mod, 'F']],
    [t.send, ['Enter']],
    [t.line, ['Shift', 'Enter']],
    [t.stop, ['Esc']],
    [hands.leave, ['Esc']],
    [t.edit, ['↑']],
    [hands.saveEdit, [mod, 'Enter']],
    [t.move, [alt, '↑', '↓']],
    [onMac() ? hands.freshOutside : t.fresh, [alt, 'N']],
    [t.help, ['?']],
  ];
  return (
    <dl className="divide-y divide-line">
      {rows.map(([what, keys]) => (
        <div key={what} className="flex min-h-10 items-center justify-between gap-4 py-1.5">
          <dt className="text-sm">{what}</dt>
          <dd className="flex shrink-0 gap-1">
            {keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Shortcuts({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useText();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.shortcuts.title}>
      <div className="px-6 pb-5">
        <ShortcutList />
      </div>
    </Dialog>
  );
}
