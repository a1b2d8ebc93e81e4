import type { ComponentProps } from 'react';

/** Scrolls inside itself where it is wider than its message. */
export function Table({ children }: ComponentProps<'table'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table can be scrolled with the keyboard only when it takes focus.
    <div className="table-scroll" tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}
