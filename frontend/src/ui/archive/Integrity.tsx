import { useQuery } from '@tanstack/react-query';
import { Check, CircleAlert } from 'lucide-react';
import { useState } from 'react';
import type { IntegrityReport } from '../../core';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { Refusal } from '../locrits/Refusal';
import { useSubmit } from '../locrits/use-submit';
import { checksText } from '../text/checks';
import { storageText } from '../text/storage';
import { useTextOf } from '../text/text';

const LOOK_EVERY_MS = 500;
/** The checks that look at one message after the other: their numbers are of those. */
const OF_MESSAGES = new Set(['search index']);

/** Whether all of it is as it was saved, and meanwhile how far the check is. */
export function Integrity() {
  const t = useTextOf(storageText);
  const client = useClient();
  const { busy, failure, submit } = useSubmit();
  const [report, setReport] = useState<IntegrityReport | null>(null);
  const verify = (repair: boolean) => submit(async () => setReport(await client.verify(repair)));
  return (
    <div>
      <Refusal failure={failure} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button disabled={busy} onClick={() => verify(false)}>
          {busy ? t.checking : t.check}
        </Button>
        {report && !report.ok && (
          <Button variant="primary" disabled={busy} onClick={() => verify(true)}>
            {t.repair}
          </Button>
        )}
        {busy && <Progress />}
      </div>
      <output className="block">{report && !busy && <Report report={report} />}</output>
    </div>
  );
}

function Progress() {
  const { checks } = useTextOf(storageText);
  const t = useTextOf(checksText);
  const { api } = useClient();
  const { data } = useQuery({
    queryKey: ['verifying'],
    queryFn: ({ signal }) => api.get('/api/v2/storage/verify', { signal }),
    refetchInterval: LOOK_EVERY_MS,
    gcTime: 0,
  });
  const at = data?.checking;
  return (
    <p role="status" className="text-ink-2 text-sm tabular-nums">
      {at ? (
        <>
          <span className="block">{t.seen(at.checked, OF_MESSAGES.has(at.check) ? at.messages : 0)}</span>
          <span className="block text-ink-3 text-xs">
            {t.progress(checks[at.check] ?? at.check, at.number, at.checks)}
          </span>
        </>
      ) : (
        t.starting
      )}
    </p>
  );
}

function Report({ report }: { report: IntegrityReport }) {
  const t = useTextOf(storageText);
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
  const t = useTextOf(storageText);
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
        {!check.ok && <Finding check={check} />}
      </div>
    </li>
  );
}

/** What it means for a person; what the server says of it is for who is asked for help. */
function Finding({ check }: { check: IntegrityReport['checks'][number] }) {
  const t = useTextOf(checksText);
  return (
    <>
      <p className="text-ink-2">{t.findings[check.name]}</p>
      <details className="mt-1 text-ink-3">
        <summary className="touch-target cursor-pointer">{t.details(check.problems.length)}</summary>
        {check.problems.map((problem) => (
          <p key={problem} className="mt-1 [overflow-wrap:anywhere]">
            {problem}
          </p>
        ))}
        {check.hint && <p className="mt-1">{check.hint}</p>}
      </details>
    </>
  );
}
