import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { toast } from 'sonner';
import { useClient } from '../app-context';
import { draftKeys, useFormDraft } from '../form-draft';
import { Button } from '../kit/Button';
import { Page } from '../kit/Page';
import { paths } from '../paths';
import { useText } from '../text/text';
import { accentOf } from '../theme/accent';
import { useTitle } from '../title';
import { useWayOn } from '../use-way-on';
import { changesOf, type LocritDraft, NEW_LOCRIT, nameProblem } from './draft';
import { LocritForm } from './LocritForm';
import { Refusal } from './Refusal';
import { UnsavedBar } from './UnsavedBar';
import { useSubmit } from './use-submit';

export default function CreatePage() {
  const t = useText();
  const client = useClient();
  const wayOn = useWayOn();
  const { draft: filled, returned, keep } = useFormDraft<LocritDraft>(draftKeys.create);
  const draft: LocritDraft = { ...NEW_LOCRIT, ...filled };
  const form = useRef<HTMLFormElement>(null);
  const [tried, setTried] = useState(false);
  const { failure, busy, submit } = useSubmit();
  const problem = nameProblem(draft.name);
  useTitle(t.form.createTitle);
  useEffect(() => form.current?.querySelector('input')?.select(), []);

  function change(change: Partial<LocritDraft>) {
    keep((now) => {
      const next = { ...NEW_LOCRIT, ...now, ...change };
      return Object.keys(changesOf(next, NEW_LOCRIT)).length ? next : null;
    });
  }

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setTried(true);
    if (problem) return event.currentTarget.querySelector('input')?.focus(); // The name comes first.
    const goOn = wayOn();
    void submit(async () => {
      const { page: _, ...fields } = draft; // which it has none of yet
      const locrit = await client.createLocrit({ ...fields, name: draft.name.trim() });
      keep(() => null);
      if (locrit.state !== 'saved') toast(t.kept.here);
      goOn(paths.chat(locrit.name));
    });
  }

  return (
    <div className="h-full" {...(draft.name ? accentOf(draft.name) : {})}>
      <Page title={t.form.createTitle} intro={t.form.createIntro}>
        <form ref={form} onSubmit={onSubmit} noValidate>
          <LocritForm draft={draft} problem={tried ? problem : null} onChange={change} />
          <Refusal failure={failure} />
          {returned ? (
            <UnsavedBar save={t.form.create} busy={busy} onDiscard={() => keep(() => null)} />
          ) : (
            <div className="flex justify-end gap-2 border-line border-t pt-6">
              <Button variant="ghost" asChild>
                <Link to={paths.locrits} onClick={() => keep(() => null)}>
                  {t.cancel}
                </Link>
              </Button>
              <Button variant="primary" type="submit" disabled={busy}>
                {t.form.create}
              </Button>
            </div>
          )}
        </form>
      </Page>
    </div>
  );
}
