import { Button } from '../kit/Button';
import { cx } from '../kit/cx';
import { useText } from '../text/text';

interface Props {
  lines: number;
  open: boolean;
  onChange: (open: boolean) => void;
}

/** Under a long block: that it goes on, and for how long. */
export function ShowAll({ lines, open, onChange }: Props) {
  const t = useText();
  return (
    <div
      className={cx(
        'pointer-events-none inset-x-0 bottom-0 flex select-none justify-center pb-2',
        open ? 'relative' : 'absolute rounded-b-s bg-linear-to-t from-paper-2 to-transparent pt-12',
      )}
    >
      <Button small className="pointer-events-auto font-sans" aria-expanded={open} onClick={() => onChange(!open)}>
        {open ? t.blocks.less : t.blocks.all(lines)}
      </Button>
    </div>
  );
}
