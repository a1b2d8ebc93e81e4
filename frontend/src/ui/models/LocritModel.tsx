import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { ApiError, type Locrit } from '../../core';
import { useClient } from '../app-context';
import { inWords } from '../text/failures';
import { useText } from '../text/text';
import { ModelDialog } from './ModelDialog';
import { useModels } from './use-models';

/** The model that a Locrit answers with, and the way to another one. */
export function LocritModel({ locrit }: { locrit: Locrit }) {
  const t = useText();
  const { labelOf } = useModels();
  const [open, setOpen] = useState(false);
  const label = labelOf(locrit.model);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={t.models.change(label)}
        onClick={() => setOpen(true)}
        className="touch-target flex min-h-6 min-w-0 items-center gap-0.5 rounded-s text-ink-3 text-xs hover:text-ink"
      >
        <span className="truncate">{label}</span>
        <ChevronDown aria-hidden className="size-3 shrink-0" />
      </button>
      {open && <ChooseForLocrit locrit={locrit} onClose={() => setOpen(false)} />}
    </>
  );
}

export function ChooseForLocrit({ locrit, onClose }: { locrit: Locrit; onClose: () => void }) {
  const t = useText();
  const client = useClient();
  const { labelOf } = useModels();

  async function choose(model: string) {
    if (model === locrit.model) return;
    try {
      const { state } = await client.editLocrit(locrit.id, { model });
      toast(state === 'saved' ? t.models.chosen(locrit.name, labelOf(model)) : t.kept.here);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast.error(`${t.models.notChosen} ${inWords(error.failure, t.failures).message}`);
    }
  }

  return (
    <ModelDialog
      title={t.models.choose}
      note={t.models.forLocrit(locrit.name)}
      chosen={locrit.model}
      withDefault
      onChoose={choose}
      onClose={onClose}
    />
  );
}
