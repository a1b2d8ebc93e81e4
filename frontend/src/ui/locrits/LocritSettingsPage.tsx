import { type FormEvent, Suspense, useState } from 'react';
import { useLocation } from 'react-router';
import { toast } from 'sonner';
import { basePath, type LocritRow } from '../../core';
import { useClient } from '../app-context';
import { draftKeys, useFormDraft } from '../form-draft';
import { Button } from '../kit/Button';
import { Confirm } from '../kit/Dialog';
import { later } from '../kit/later';
import { Section } from '../kit/Section';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useTitle } from '../title';
import { useWayOn } from '../use-way-on';
import { ChangedElsewhere } from './ChangedElsewhere';
import { conflicting, draftOf, edited, editOf, type LocritDraft, type LocritEdits, nameProblem } from './draft';
import { AccessSection, LocritForm } from './LocritForm';
import { isRefused, LocritPage, NamedLocrit } from './LocritPage';
import { Refusal } from './Refusal';
import { UnsavedBar } from './UnsavedBar';
import { useSpoken } from './use-spoken';
import { useSubmit } from './use-submit';

const Invitations = later(() => import('./Invitations'));
const PublicPage = later(() => import('./PublicPage'));

export default function LocritSettingsPage() {
  const { state: refused } = useLocation(); // whose fields are put into the form now
  return <NamedLocrit>{(locrit) => <Editor key={`${locrit.id} ${refused}`} locrit={locrit} />}</NamedLocrit>;
}

/** Where it is, if it is open. */
function publicPageOf({ active, name, open_to }: LocritRow): string | undefined {
  return active && open_to.internet ? `${basePath()}public/${encodeURIComponent(name)}` : undefined;
}

/** What was changed here lies over what the server has, which may change meanwhile. */
function Editor({ locrit }: { locrit: LocritRow }) {
  const t = useText();
  const client = useClient();
  const wayOn = useWayOn();
  const [saved, setSaved] = useState(locrit);
  const newest = saved.rev > locrit.rev ? saved : locrit;
  const now = useSpoken<LocritDraft>()(draftOf(newest));
  const { draft: edits, keep } = useFormDraft<LocritEdits>(draftKeys.locrit(locrit.id));
  const draft: LocritDraft = { ...now, ...edits?.changes };
  const { failure, busy, submit } = useSubmit();
  const problem = nameProblem(draft.name);
  const changes = edited(now, edits, {})?.changes;
  const change = (change: Partial<LocritDraft>) => keep((edits) => edited(now, edits, change));
  useTitle(t.locrits.settings(locrit.name));

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (problem || !changes) return;
    const goOn = wayOn();
    void submit(async () => {
      const fresh = await client.editLocrit(locrit.id, { ...editOf(changes, newest), rev: newest.rev });
      if (fresh.state === 'saved') setSaved(fresh);
      keep((edits) => edited(draftOf(fresh), edits, {})); // What was typed meanwhile stays.
      toast(fresh.state === 'saved' ? t.form.saved : t.kept.here);
      if (fresh.name !== locrit.name) goOn(paths.locrit(fresh.name), { replace: true });
    });
  }

  return (
    <LocritPage locrit={locrit} intro={t.form.editTitle}>
      <form onSubmit={onSubmit} noValidate>
        <LocritForm draft={draft} problem={problem} onChange={change} />
        <AccessSection draft={draft} onChange={change}>
          <Suspense>
            {draft.open_to.internet && <PublicPage draft={draft} onChange={change} address={publicPageOf(newest)} />}
            {newest.open_to.invitations && locrit.state === 'saved' && <Invitations name={newest.name} />}
          </Suspense>
        </AccessSection>
        {edits && (
          <ChangedElsewhere
            fields={conflicting(now, edits)}
            now={now}
            onTheirs={(field) => change({ [field]: now[field] })}
            onMine={(field) => keep((edits) => ({ ...edits, base: { ...now, ...edits?.base, [field]: now[field] } }))}
          />
        )}
        <Refusal failure={failure ?? (isRefused(locrit) ? locrit.problem : null)} />
        {changes && (
          <UnsavedBar save={t.form.save} busy={busy || Boolean(problem)} onDiscard={() => keep(() => null)} />
        )}
      </form>
      <DeleteSection locrit={locrit} />
    </LocritPage>
  );
}

function DeleteSection({ locrit }: { locrit: LocritRow }) {
  const { form: t, kept } = useText();
  const client = useClient();
  const wayOn = useWayOn();
  const [asking, setAsking] = useState(false);
  const { failure, submit } = useSubmit();

  const remove = () =>
    submit(async () => {
      const goOn = wayOn();
      const isDone = await client.deleteLocrit(locrit.id);
      toast(isDone ? t.deleted(locrit.name) : kept.here);
      goOn(paths.locrits);
    });

  return (
    <div className="border-line border-t pt-8">
      <Section title={t.danger} hint={t.dangerHint}>
        <div>
          <Refusal failure={failure} />
          <Button variant="danger" onClick={() => setAsking(true)}>
            {t.delete}
          </Button>
        </div>
      </Section>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.confirm(locrit.name)}
        text={isRefused(locrit) ? kept.notMade : t.confirmText(locrit.conversation_count)}
        action={t.delete}
        onConfirm={remove}
      />
    </div>
  );
}
