import { useMemo } from 'react';
import { partsOf } from './patch';

const TAG = { added: 'ins', removed: 'del', head: 'span', place: 'span', same: 'span' } as const;

/** A unified diff: its own signs and a background each for what came and what went. */
export function Diff({ code }: { code: string }) {
  const parts = useMemo(() => partsOf(code), [code]);
  return (
    <code className="diff">
      {parts.map(({ kind, text }, at) => {
        const Tag = TAG[kind];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts only ever grow at their end.
          <Tag key={at} className={`diff-${kind}`}>
            {text}
          </Tag>
        );
      })}
    </code>
  );
}
