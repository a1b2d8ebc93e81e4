import { type FormEvent, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { Page } from '../kit/Page';
import { accentOf } from '../look/accent';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useTitle } from '../title';
import { type LocritDraft, NEW_LOCRIT, nameProblem } from './draft';
import { LocritForm } from './LocritForm';
import { Refusal } from './Refusal';
import { useSubmit } from './use-submit';

export function CreatePage() {
  const t = useText();
  const client = useClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<LocritDraft>(NEW_LOCRIT);
  const [tried, setTried] = useState(false);
  const { failure, busy, submit } = useSubmit();
  const problem = nameProblem(draft.name);
  useTitle(t.form.createTitle);

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setTried(true);
    if (problem) return event.currentTarget.querySelector('input')?.focus(); // The name comes first.
    void submit(async () => {
      const locrit = await client.createLocrit({ ...draft, name: draft.name.trim() });
      navigate(paths.chat(locrit.name));
    });
  }

  return (
    <div className="h-full" {...(draft.name ? accentOf(draft.name) : {})}>
      <Page title={t.form.createTitle} intro={t.form.createIntro}>
        <form onSubmit={onSubmit} noValidate>
          <LocritForm
            draft={draft}
            problem={tried ? problem : null}
            onChange={(change) => setDraft({ ...draft, ...change })}
          />
          <Refusal failure={failure} />
          <div className="flex justify-end gap-2 border-line border-t pt-6">
            <Button look="ghost" asChild>
              <Link to={paths.home}>{t.cancel}</Link>
            </Button>
            <Button look="primary" type="submit" disabled={busy}>
              {t.form.create}
            </Button>
          </div>
        </form>
      </Page>
    </div>
  );
}
