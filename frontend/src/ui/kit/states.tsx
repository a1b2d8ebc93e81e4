import type { ReactNode } from 'react';
import { cx } from './cx';

interface StateProps {
  title: string;
  text?: ReactNode;
  icon?: ReactNode;
  action?: ReactNode;
  className?: string;
  /** It is all that the page has to say. */
  whole?: boolean;
}

/** What this place is for, and one thing to do. */
export function EmptyState({ title, text, icon, action, className, whole }: StateProps) {
  const Title = whole ? 'h1' : 'h2';
  return (
    <div className={cx('rise mx-auto flex max-w-100 flex-col items-center px-4 py-16 text-center', className)}>
      {icon && <div className="mb-4 text-ink-3 [&_svg]:size-7 [&_svg]:stroke-[1.4]">{icon}</div>}
      <Title className="serif text-balance font-medium text-lg">{title}</Title>
      {text && <p className="mt-2 text-pretty text-ink-2">{text}</p>}
      {action && <div className="mt-6 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** What happened, what is safe, what to do. */
export function ErrorState(props: StateProps) {
  return (
    <div role="alert">
      <EmptyState {...props} />
    </div>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx('late rounded-s bg-paper-3', className)} />;
}

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-[4px] border border-line-strong bg-paper-2 px-1.5 font-sans text-ink-2 text-xs">
      {children}
    </kbd>
  );
}
