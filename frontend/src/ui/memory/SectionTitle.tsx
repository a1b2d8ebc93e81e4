import type { ReactNode } from 'react';

export function SectionTitle({ children, more }: { children: string; more?: ReactNode }) {
  return (
    <div className="mb-3 flex items-baseline justify-between gap-4">
      <h2 className="font-semibold text-base">{children}</h2>
      {more}
    </div>
  );
}
