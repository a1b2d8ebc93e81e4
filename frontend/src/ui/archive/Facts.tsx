import type { ReactNode } from 'react';

/** Names with what they stand for, one below the other. */
export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="divide-y divide-line border-line border-y text-sm">
      {facts.map(([label, value]) => (
        <div key={label} className="flex min-h-10 items-baseline justify-between gap-4 py-2">
          <dt className="shrink-0">{label}</dt>
          <dd className="min-w-0 text-right text-ink-2 tabular-nums [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
