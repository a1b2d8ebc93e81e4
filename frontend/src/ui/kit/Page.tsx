import type { ReactNode } from 'react';
import { NarrowBar } from '../shell/NarrowBar';
import { cx } from './cx';

interface Props {
  title: ReactNode;
  intro?: ReactNode;
  /** Before the title, such as an avatar. */
  mark?: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  /** The title only says whose page this is; the page speaks for itself. */
  compact?: boolean;
  children: ReactNode;
}

/** A page that scrolls under its own title. */
export function Page({ title, intro, mark, actions, wide, compact, children }: Props) {
  return (
    <div
      data-page
      className="h-full overflow-y-auto overflow-x-hidden [overflow-anchor:none] has-[[data-unsaved]]:scroll-pb-28"
    >
      <NarrowBar />
      <div className={cx('column pb-24 wide:pt-12', wide && 'max-w-[960px]')}>
        <header className="mb-8 flex flex-wrap items-center gap-4">
          {mark}
          <div className={cx('min-w-0 flex-1', compact ? 'basis-24' : 'basis-56')}>
            <h1 className={cx('text-balance', compact ? 'font-semibold text-lg' : 'serif font-medium text-2xl')}>
              {title}
            </h1>
            {intro && <p className={cx('text-pretty', compact ? 'text-ink-3 text-sm' : 'mt-1 text-ink-2')}>{intro}</p>}
          </div>
          {actions && <div className="flex gap-2">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  );
}
