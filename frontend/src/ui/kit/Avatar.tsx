import type { Locrit } from '../../core';
import { graphemes } from '../text/grapheme';
import { accentOf } from '../theme/accent';
import { cx } from './cx';

const SIZE = {
  s: 'size-6 rounded-s text-xs',
  m: 'size-8 rounded-[8px] text-base',
  l: 'size-12 rounded-l text-xl',
  xl: 'size-16 rounded-l text-2xl',
};

/** The first letter (or chosen emoji) of a Locrit on its own colour. Decorative: its name always stands beside it. */
export function Avatar({ locrit, size = 'm' }: { locrit: Pick<Locrit, 'name' | 'avatar'>; size?: keyof typeof SIZE }) {
  return (
    <span
      aria-hidden
      {...accentOf(locrit.name)}
      className={cx(
        'inline-flex shrink-0 select-none items-center justify-center bg-accent-soft font-semibold text-accent ring-1 ring-accent-line ring-inset',
        !locrit.avatar && 'serif', // an emoji would only have the font fetched
        SIZE[size],
      )}
    >
      {locrit.avatar || graphemes(locrit.name)[0]?.toUpperCase()}
    </span>
  );
}
