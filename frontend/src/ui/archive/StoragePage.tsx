import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Storage } from '../../core';
import { useClient } from '../app-context';
import { FOLLOWS } from '../following';
import { Button } from '../kit/Button';
import { Page } from '../kit/Page';
import { Section } from '../kit/Section';
import { ErrorState, Skeleton } from '../kit/states';
import { paths } from '../paths';
import { checksText } from '../text/checks';
import { useFormat } from '../text/format-date';
import { memoryText } from '../text/memory';
import { storageText } from '../text/storage';
import { useText, useTextOf } from '../text/text';
import { useTitle } from '../title';
import { formatBytes } from './bytes';
import { Facts } from './Facts';
import { Integrity } from './Integrity';
import { Rates } from './Rates';

const INDEXING_EVERY_MS = 1000;

/** How much is kept, how much room is left, and whether all of it is as it was saved. */
export default function StoragePage() {
  const t = useText();
  const words = useTextOf(storageText);
  const checks = useTextOf(checksText);
  const client = useClient();
  const { data, isError, refetch } = useQuery({
    queryKey: ['storage'],
    queryFn: () => client.storage(),
    gcTime: 0,
    meta: FOLLOWS,
    refetchInterval: ({ state }) => (state.data?.waiting ? INDEXING_EVERY_MS : false),
  });
  useTitle(t.archive.storage);
  return (
    <Page title={t.archive.storage} intro={words.storageIntro}>
      {isError && (
        <ErrorState
          title={words.storageFailed}
          text={t.archive.trashFailedHint}
          action={<Button onClick={() => refetch()}>{t.retry}</Button>}
        />
      )}
      {!data && !isError && <Skeleton className="h-60 rounded-l" />}
      {data && (
        <>
          <Sizes storage={data} />
          {data.waiting > 0 && (
            <p role="status" className="-mt-6 mb-10 text-ink-2 text-sm tabular-nums">
              {checks.indexing(Math.min(data.waiting, data.messages), data.messages)}
            </p>
          )}
          <Rates storage={data} />
          <Section title={words.checkTitle} hint={words.checkHint}>
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
  const words = useTextOf(storageText);
  const memory = useTextOf(memoryText);
  const format = useFormat();
  const size = (bytes: number) => formatBytes(bytes, t.language);
  const facts: [string, ReactNode][] = [
    [memory.messages, format.number(storage.messages)],
    [memory.sessions, format.number(storage.conversations)],
    [
      words.inTrash,
      <Link key="trash" to={paths.trash} className="touch-target underline underline-offset-2">
        {format.number(storage.trash)}
        <span className="sr-only"> · {t.archive.openTrash}</span>
      </Link>,
    ],
    [words.size, size(storage.database_bytes)],
    [words.log, size(storage.log_bytes)],
    [words.free, size(storage.free_bytes)],
    [words.place, DATABASES[storage.database] ?? storage.database],
  ];
  return (
    <div className="mb-10">
      <Facts facts={facts} />
    </div>
  );
}
