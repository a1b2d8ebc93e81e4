import { Slider } from 'radix-ui';
import { useId } from 'react';
import { useText } from '../text/text';
import type { LocritDraft } from './draft';

interface Props {
  label: string;
  hint: string;
  /** Its name among the model's options. */
  name: string;
  /** It goes from 0 to here. */
  max: number;
  draft: LocritDraft;
  onChange: (change: Partial<LocritDraft>) => void;
}

/** A number that the model has its own value for until one is chosen. */
export function OptionSlider({ label, hint, name, max, draft, onChange }: Props) {
  const t = useText().form;
  const id = useId();
  const value = draft.options[name];
  const chosen = typeof value === 'number';

  function reset() {
    const { [name]: _, ...options } = draft.options;
    onChange({ options });
  }

  return (
    <div>
      <div className="mb-1 flex items-baseline justify-between gap-2">
        <span id={id} className="font-[550] text-sm">
          {label}
        </span>
        {chosen ? (
          <button
            type="button"
            onClick={reset}
            className="touch-target text-ink-3 text-xs underline underline-offset-2 hover:text-ink"
          >
            {t.temperatureDefault}
          </button>
        ) : (
          <span className="text-ink-3 text-xs">{t.temperatureDefault}</span>
        )}
      </div>
      <div className="flex items-center gap-3">
        <Slider.Root
          min={0}
          max={max}
          step={0.05}
          value={[chosen ? value : max / 2]}
          onValueChange={([next = 0]) => onChange({ options: { ...draft.options, [name]: next } })}
          className="relative flex h-10 flex-1 touch-none items-center"
        >
          <Slider.Track className="relative h-1 flex-1 rounded-full bg-line-strong">
            {chosen && <Slider.Range className="absolute h-full rounded-full bg-accent" />}
          </Slider.Track>
          <Slider.Thumb
            aria-labelledby={id}
            aria-valuetext={chosen ? String(value) : t.temperatureDefault}
            className={`touch-target block size-4 rounded-full border-2 ${chosen ? 'border-accent bg-accent' : 'border-ink-3 bg-raised'}`}
          />
        </Slider.Root>
        <output className="w-8 text-right text-sm tabular-nums">{chosen ? value.toFixed(2) : '–'}</output>
      </div>
      <p className="text-ink-3 text-xs">{hint}</p>
    </div>
  );
}
