import { useEffect, useRef } from 'react';
import { Button } from '../kit/Button';
import { useText } from '../text/text';

interface Props {
  save: string;
  busy: boolean;
  onDiscard: () => void;
}

/** Stays in sight while there is something to save, also when one comes back to it; and covers no field that is written in. */
export function UnsavedBar({ save, busy, onDiscard }: Props) {
  const t = useText();
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    bar.current?.closest('form')?.querySelector(':focus')?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div
      ref={bar}
      data-unsaved
      className="rise sticky bottom-4 z-10 mb-6 flex flex-wrap items-center justify-end gap-2 rounded-l border border-line-strong bg-raised p-2 pl-4 shadow-high"
    >
      <p className="mr-auto text-ink-2 text-sm">{t.form.unsaved}</p>
      <Button variant="ghost" onClick={onDiscard}>
        {t.chat.discard}
      </Button>
      <Button variant="primary" type="submit" disabled={busy}>
        {save}
      </Button>
    </div>
  );
}
