import { Copy } from 'lucide-react';
import { type ComponentProps, useRef } from 'react';
import { toast } from 'sonner';
import { IconButton } from '../kit/Button';
import { Menu, MenuItem } from '../kit/Menu';
import { useText } from '../text/text';
import { copyText } from './CopyButton';
import { csvOf, markdownOf } from './table-text';

/** A table is as wide as it needs and scrolls inside itself; it can be taken along. */
export function Table({ children, ...rest }: ComponentProps<'table'>) {
  const t = useText();
  const table = useRef<HTMLTableElement>(null);
  const copy = (write: (table: HTMLTableElement) => string) => async () => {
    if (!table.current) return;
    await copyText(write(table.current));
    toast(t.chat.copied);
  };
  return (
    <div className="table-frame group/table relative">
      <section
        className="table-scroll"
        aria-label={t.blocks.table}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table can be scrolled with the keyboard only when it takes focus.
        tabIndex={0}
      >
        <table ref={table} {...rest}>
          {children}
        </table>
      </section>
      <div className="absolute end-0 top-0 select-none bg-paper opacity-0 transition-opacity duration-100 focus-within:opacity-100 group-hover/table:opacity-100 has-[[aria-expanded=true]]:opacity-100 pointer-coarse:opacity-100">
        <Menu
          trigger={
            <IconButton small label={t.blocks.copyTable}>
              <Copy />
            </IconButton>
          }
        >
          <MenuItem onSelect={copy(csvOf)}>{t.blocks.asCsv}</MenuItem>
          <MenuItem onSelect={copy(markdownOf)}>{t.blocks.asMarkdown}</MenuItem>
        </Menu>
      </div>
    </div>
  );
}
