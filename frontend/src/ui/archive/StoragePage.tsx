import { useQuery } from '@tanstack/react-query';
import { Check, CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { IntegrityReport, Storage } from '../../core';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { Page } from '../kit/Page';
import { ErrorState, Skeleton } from '../kit/states';
import { Section } from '../locrits/LocritForm';
import { Refusal } from '../locrits/Refusal';
import { useSubmit } from '../locrits/use-submit';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useFormat } from '../text/when';
import { useTitle } from '../title';
import { formatBytes } from './bytes';

/** How much is kept, how much room is left, and whether all of it is as it was saved. */
export default function StoragePage() {
  const t = useText();
  const client = useClient();
  const { data, isError, refetch } = useQuery({ queryKey: ['storage'], queryFn: () => client.storage(), gcTime: 0 });
  useTitle(t.archive.storage);
  return (
    <Page title={t.archive.storage} intro={t.archive.storageIntro}>
      {isError && (
        <ErrorState
          title={t.archive.storageFailed}
          text={t.archive.trashFailedHint}
          action={<Button onClick={() => refetch()}>{t.retry}</Button>}
        />
      )}
      {!data && !isError && <Skeleton className="h-60 rounded-l" />}
      {data && (
        <>
          <Sizes storage={data} />
          <Section title={t.archive.checkTitle} hint={t.archive.checkHint}>
            <Integrity />
          </Section>
        </>
      )}
    </Page>
  );
}

const DATABASES: Record<string, string> = { sqlite: 'SQLite', postgresql: 'PostgreSQL' };

function Sizes({ storage }: { storage: Storage }) {
  const t = useText();
  const format = useFormat();
  const size = (bytes: number) => formatBytes(bytes, t.language);
  const facts: [string, ReactNode][] = [
    [t.memory.messages, format.number(storage.messages)],
    [t.memory.sessions, format.number(storage.conversations)],
    [
      t.archive.inTrash,
      <Link key="trash" to={paths.trash} className="touch-target underline underline-offset-2">
        {format.number(storage.trash)}
        <span className="sr-only"> · {t.archive.openTrash}</span>
      </Link>,
    ],
    [t.archive.size, size(storage.database_bytes)],
    [t.archive.log, size(storage.log_bytes)],
    [t.archive.free, size(storage.free_bytes)],
    [t.archive.place, DATABASES[storage.database] ?? storage.database],
  ];
  return (
    <dl className="mb-10 divide-y divide-line border-line border-y text-sm">
      {facts.map(([label, value]) => (
        <div key={label} className="flex min-h-10 items-baseline justify-between gap-4 py-2">
          <dt className="shrink-0">{label}</dt>
          <dd className="min-w-0 text-right text-ink-2 tabular-nums [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Integrity() {
  const t = useText().archive;
  const client = useClient();
  const { busy, failure, submit } = useSubmit();
  const [report, setReport] = useState<IntegrityReport | null>(null);
  const verify = (repair: boolean) => submit(async () => setReport(await client.verify(repair)));
  return (
    <div>
      <Refusal failure={failure} />
      <div className="flex flex-wrap gap-2">
        <Button disabled={busy} onClick={() => verify(false)}>
          {busy ? t.checking : t.check}
        </Button>
        {report && !report.ok && (
          <Button look="primary" disabled={busy} onClick={() => verify(true)}>
            {t.repair}
          </Button>
        )}
      </div>
      <output className="block">{report && <Report report={report} />}</output>
    </div>
  );
}

function Report({ report }: { report: IntegrityReport }) {
  const t = useText().archive;
  return (
    <div className="rise mt-4">
      <p className="font-[550]">{report.ok ? t.allWell : t.notWell}</p>
      {!report.ok && <p className="mt-1 text-ink-2 text-sm">{t.repairHint}</p>}
      {report.repaired.length > 0 && <p className="mt-1 text-ink-2 text-sm">{t.repaired(report.repaired.length)}</p>}
      <ul className="mt-2 divide-y divide-line">
        {report.checks.map((check) => (
          <CheckItem key={check.name} check={check} />
        ))}
      </ul>
    </div>
  );
}

function CheckItem({ check }: { check: IntegrityReport['checks'][number] }) {
  const t = useText().archive;
  return (
    <li className="flex gap-3 py-2 text-sm">
      {check.ok ? (
        <Check role="img" aria-label={t.good} className="mt-0.5 size-4 shrink-0 text-good" />
      ) : (
        <CircleAlert role="img" aria-label={t.bad} className="mt-0.5 size-4 shrink-0 text-bad" />
      )}
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap justify-between gap-x-4">
          <span>{t.checks[check.name] ?? check.name}</span>
          <span className="text-ink-3 text-xs leading-5 tabular-nums">{t.checked(check.checked)}</span>
        </p>
        {check.problems.map((problem) => (
          <p key={problem} className="text-ink-2 [overflow-wrap:anywhere]">
            {problem}
          </p>
        ))}
        {check.hint && <p className="mt-1 text-ink-3">{check.hint}</p>}
      </div>
    </li>
  );
}
