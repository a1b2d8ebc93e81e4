import { Link } from 'react-router';
import type { PromptContext } from '../../core';
import { paths } from '../paths';
import { useText } from '../text/text';

/** Where what the model sees of the conversation begins, why there, and the way to change it. */
export function SeenFrom({ name, context }: { name: string; context: PromptContext }) {
  const t = useText().context;
  const { shortened, limited_by, window_tokens } = context;
  const why = shortened
    ? t.shortenedWhy(window_tokens)
    : limited_by === 'window'
      ? t.seenFromWindow(window_tokens)
      : t.seenFromLimit;
  return (
    <div role="note" className="column py-3">
      <div className="flex items-center gap-4 text-ink-3 text-xs before:h-px before:flex-1 before:bg-line-strong after:h-px after:flex-1 after:bg-line-strong">
        <p className="max-w-[75%] text-balance text-center">
          <span className="block">{shortened ? t.shortened(name) : t.seenFrom(name)}</span>
          <Link to={paths.locrit(name)} className="underline underline-offset-2 hover:text-ink">
            {why}
          </Link>
        </p>
      </div>
    </div>
  );
}
