import { type FormEvent, useEffect, useState } from 'react';
import { Button } from '../kit/Button';
import { Field, Select } from '../kit/Field';
import { Page } from '../kit/Page';
import { Section } from '../kit/Section';
import { EmptyState, ErrorState, Skeleton } from '../kit/states';
import { Refusal } from '../locrits/Refusal';
import { useSubmit } from '../locrits/use-submit';
import { libraryText } from '../text/library';
import { useText, useTextOf } from '../text/text';
import { useTitle } from '../title';
import { useEventCallback } from '../use-event-callback';
import { ExactInput } from './ExactInput';
import { InstalledModel } from './InstalledModel';
import { PullItem } from './PullItem';
import { ServerSettings } from './ServerSettings';
import { type Host, useHost } from './use-host';
import { useInstall } from './use-models';

/** While somebody looks at the page, what is in memory changes without a word. */
const LOOK_EVERY_MS = 10_000;

/** The models of a host: which are there, which are in memory, and those that are on their way. */
export default function ModelsPage() {
  const { title } = useText().models;
  const t = useTextOf(libraryText);
  const [host, setHost] = useState('');
  const library = useHost(host);
  const { list, failure, failed, refresh } = library;
  const look = useEventCallback(refresh);
  useTitle(title);
  useEffect(() => {
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [look]);
  return (
    <Page title={title} intro={t.intro}>
      {failed && !list && (
        <ErrorState title={failure?.message ?? t.failed} text={failure?.hint} action={<Again onClick={refresh} />} />
      )}
      {!list && !failed && <Skeleton className="h-60 rounded-l" />}
      {list && (
        <>
          <Section title={t.host}>
            <Hosts library={library} onHost={setHost} />
          </Section>
          <ServerSettings />
          <Section title={t.install} hint={t.installHint}>
            <InstallForm library={library} />
          </Section>
          <Section title={t.installed}>
            <Installed library={library} />
          </Section>
        </>
      )}
    </Page>
  );
}

function Again({ onClick }: { onClick: () => void }) {
  const t = useText();
  return <Button onClick={onClick}>{t.retry}</Button>;
}

function Hosts({ library: { host, hosts, list }, onHost }: { library: Host; onHost: (host: string) => void }) {
  const t = useText();
  const library = useTextOf(libraryText);
  const { state } = list ?? {};
  if (!state) return null;
  const place =
    state.provider === 'embedded' ? library.hostSmall : library.hostAt(state.host ?? '', state.version ?? null);
  return (
    <>
      {hosts.length > 0 && (
        <Field label={library.hostChoice}>
          {(props) => (
            <Select {...props} value={host} onChange={(event) => onHost(event.target.value)}>
              <option value="">{library.hostOwn}</option>
              {hosts.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <dl className="divide-y divide-line text-sm">
        <Fact label={t.model[state.status]}>
          {state.status === 'unavailable' ? <span lang="en">{state.detail}</span> : place}
        </Fact>
      </dl>
    </>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex min-h-10 flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-2 first:pt-0">
      <dt className="shrink-0">{label}</dt>
      <dd className="min-w-0 max-w-100 text-ink-2 [overflow-wrap:anywhere] sm:text-right">{children}</dd>
    </div>
  );
}

function InstallForm({ library: { host, list, pulls } }: { library: Host }) {
  const t = useTextOf(libraryText);
  const install = useInstall();
  const { failure, submit } = useSubmit();
  const [name, setName] = useState('');

  function begin(event: FormEvent) {
    event.preventDefault();
    const model = name.trim();
    if (!model) return;
    setName(''); // for the next one, which need not wait
    void submit(() => install(model, host).catch(giveBack(model)));
  }

  const giveBack = (model: string) => (refusal: unknown) => {
    setName((written) => written || model);
    throw refusal;
  };

  if (list?.state.provider !== 'ollama') return <p className="text-ink-2 text-sm">{t.needsOllama}</p>;
  return (
    <>
      <form onSubmit={begin} className="flex items-end gap-2">
        <Field label={t.name} className="flex-1">
          {(props) => (
            <ExactInput
              {...props}
              value={name}
              placeholder="llama3.2:1b"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" disabled={!name.trim()}>
          {t.pull}
        </Button>
      </form>
      {failure && <Refusal failure={failure} />}
      {pulls.length > 0 && (
        <ul className="divide-y divide-line border-line border-y">
          {pulls.map((pull) => (
            <PullItem key={pull.model} pull={pull} />
          ))}
        </ul>
      )}
    </>
  );
}

function Installed({ library }: { library: Host }) {
  const t = useTextOf(libraryText);
  const { list } = library;
  if (!list?.models.length) return <EmptyState className="py-4" title={t.empty} text={t.emptyHint} />;
  return (
    <ul className="-my-4 divide-y divide-line">
      {list.models.map((model) => (
        <InstalledModel key={model.name} model={model} library={library} />
      ))}
    </ul>
  );
}
