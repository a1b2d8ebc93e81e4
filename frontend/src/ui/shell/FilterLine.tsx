import { FILTERS, type Filter } from '../../core';
import { cx } from '../kit/cx';
import { useText } from '../text/text';

interface Props {
  query: string;
  filters: Filter[];
  onAsk: (query: string) => void;
}

/** The filters there are, to be put into the box, and those that are in it. */
export function FilterLine({ query, filters, onAsk }: Props) {
  const { finding: t } = useText();
  const rest = FILTERS.filter((name) => !filters.some((filter) => filter.name === name));
  const begin = (name: string) => onAsk(`${query.trimEnd()}${query.trim() ? ' ' : ''}${name}:`);
  return (
    <div className="flex flex-wrap items-center gap-1.5 border-line border-b px-4 py-2 text-xs">
      {filters.map(({ name, value, known }, at) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a query may have the same filter twice.
          key={at}
          className={cx('rounded-full px-2 py-0.5', known ? 'bg-accent-soft text-ink' : 'bg-paper-3 text-ink-3')}
          title={known ? undefined : t.unknownFilter}
        >
          {t.filterNames[name]}: {value}
        </span>
      ))}
      <span className="text-ink-3">{t.filterHint}</span>
      {rest.map((name) => (
        <button
          key={name}
          type="button"
          tabIndex={-1}
          // The box keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => begin(t.filterNames[name])}
          className="rounded-full border border-line px-2 py-0.5 text-ink-2 hover:bg-paper-3 pointer-coarse:min-h-10 pointer-coarse:px-3"
        >
          {t.filterNames[name]}:
        </button>
      ))}
    </div>
  );
}
