import type { ReactNode } from 'react';
import { cx } from '../../kit/cx';
import type { Node } from './tree';

/** A list with the numbers that were written, unless all are the same one: then they were left to be counted. */
export function List({ node: { type, token, children: items }, children }: { node: Node; children: ReactNode }) {
  if (type === 'bullet_list') return <ul dir="auto">{children}</ul>;
  const written = items.map((item) => Number(item.token.info));
  const counted = written.length > 1 && written.every((each) => each === written[0]);
  const start = written[0] ?? 1;
  items.forEach((item, at) => {
    const value = written[at];
    if (!counted && value !== start + at) item.token.meta = { ...item.token.meta, value };
  });
  const style = cx(token.markup === ')' && 'parenthesis', /^0\d/.test(items[0]?.token.info ?? '') && 'zero');
  return (
    <ol dir="auto" start={start === 1 ? undefined : start} className={style || undefined}>
      {children}
    </ol>
  );
}
