import type { ReactNode } from 'react';

/** A part of a page, with its title beside it where there is room. */
export function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="grid gap-x-8 gap-y-4 border-line border-t py-8 first-of-type:border-0 first-of-type:pt-0 sm:grid-cols-[180px_minmax(0,1fr)]">
      <div>
        <h2 className="font-semibold text-base">{title}</h2>
        {hint && <p className="mt-0.5 text-ink-3 text-sm">{hint}</p>}
      </div>
      <div className="flex min-w-0 flex-col gap-5">{children}</div>
    </section>
  );
}
