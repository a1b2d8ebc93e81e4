import type { Usage } from '../../core';
import { cx } from '../kit/cx';
import { Tooltip } from '../kit/Tooltip';
import { useText } from '../text/text';

/** From here on, what was said first is soon left out. */
const NEARLY_FULL = 0.8;

/** How much of what its model can hold the last reply left full. */
export function ContextMeter({ usage }: { usage: Usage }) {
  const t = useText().context;
  const { prompt_tokens, completion_tokens, window_tokens } = usage;
  if (!window_tokens || !prompt_tokens) return null;
  const tokens = prompt_tokens + completion_tokens;
  const share = Math.min(1, tokens / window_tokens);
  return (
    <Tooltip text={t.usedWhy(tokens, window_tokens)}>
      <button type="button" className="touch-target flex items-center gap-1.5 rounded-s tabular-nums">
        <span aria-hidden className="h-1 w-10 overflow-hidden rounded-full bg-paper-3">
          <span
            className={cx('block h-full rounded-full', share < NEARLY_FULL ? 'bg-ink-3' : 'bg-warn')}
            style={{ width: `${share * 100}%` }}
          />
        </span>
        <span aria-hidden>{Math.round(share * 100)} %</span>
        <span className="sr-only">{t.used(Math.round(share * 100))}</span>
      </button>
    </Tooltip>
  );
}
