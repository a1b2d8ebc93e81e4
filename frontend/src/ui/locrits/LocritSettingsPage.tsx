import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import type { Locrit } from '../../core';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { Confirm } from '../kit/Dialog';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useTitle } from '../title';
import { changesOf, draftOf, type LocritDraft, nameProblem } from './draft';
import { AccessSection, LocritForm, Section } from './LocritForm';
import { LocritPage, NamedLocrit } from './LocritPage';
import { Refusal } from './Refusal';
import { useSubmit } from './use-submit';

export function LocritSettingsPage() {
  return <NamedLocrit>{(locrit) => <Editor key={locrit.id} locrit={locrit} />}</NamedLocrit>;
}

/** Edits a copy of the Locrit; `base` is what the copy was made of, and its `rev` goes with the change. */
function Editor({ locrit }: { locrit: Locrit }) {
  const t = useText();
  const client = useClient();
  const navigate = useNavigate();
  const [base, setBase] = useState(locrit);
  const [draft, setDraft] = useState<LocritDraft>(() => draftOf(locrit));
  const { failure, busy, submit } = useSubmit();
  const problem = nameProblem(draft.name);
  const changes = changesOf(draft, draftOf(base));
  const changed = Object.keys(changes).length > 0;
  useTitle(t.locrits.settings(locrit.name));

  function take(fresh: Locrit) {
    setBase(fresh);
    setDraft(draftOf(fresh));
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (problem || !changed) return;
    void submit(async () => {
      const saved = await client.editLocrit(base.name, { ...changes, rev: base.rev });
      take(saved);
      toast(t.form.saved);
      if (saved.name !== locrit.name) navigate(paths.locrit(saved.name), { replace: true });
    });
  }

  return (
    <LocritPage locrit={locrit} intro={t.form.editTitle}>
      <form onSubmit={onSubmit} noValidate>
        <LocritForm draft={draft} problem={problem} onChange={(change) => setDraft({ ...draft, ...change })} />
        <AccessSection draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
        <Refusal failure={failure} />
        {changed && <SaveBar busy={busy || Boolean(problem)} onRevert={() => take(locrit)} />}
      </form>
      <DeleteSection locrit={locrit} />
    </LocritPage>
  );
}

/** Stays in sight while there is something to save. */
function SaveBar({ busy, onRevert }: { busy: boolean; onRevert: () => void }) {
  const t = useText().form;
  return (
    <div className="rise sticky bottom-4 z-10 mb-6 flex flex-wrap items-center justify-end gap-2 rounded-l border border-line-strong bg-raised p-2 pl-4 shadow-high">
      <p className="mr-auto text-ink-2 text-sm">{t.unsaved}</p>
      <Button look="ghost" onClick={onRevert}>
        {t.revert}
      </Button>
      <Button look="primary" type="submit" disabled={busy}>
        {t.save}
      </Button>
    </div>
  );
}

function DeleteSection({ locrit }: { locrit: Locrit }) {
  const t = useText().form;
  const client = useClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const { failure, submit } = useSubmit();

  const remove = () =>
    submit(async () => {
      await client.deleteLocrit(locrit.name);
      toast(t.deleted(locrit.name));
      navigate(paths.home);
    });

  return (
    <div className="border-line border-t pt-8">
      <Section title={t.danger} hint={t.dangerHint}>
        <div>
          <Refusal failure={failure} />
          <Button look="danger" onClick={() => setAsking(true)}>
            {t.delete}
          </Button>
        </div>
      </Section>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.confirm(locrit.name)}
        text={t.confirmText(locrit.conversation_count)}
        action={t.delete}
        onConfirm={remove}
      />
    </div>
  );
}
