import { MessageSquare } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, Navigate, useLocation } from 'react-router';
import type { LocritRow } from '../../core';
import { useLive } from '../app-context';
import { useWasThere } from '../deleted';
import { Avatar } from '../kit/Avatar';
import { Button } from '../kit/Button';
import { Page } from '../kit/Page';
import { paths } from '../paths';
import { useLocritName } from '../route-params';
import { useText } from '../text/text';
import { accentOf } from '../theme/accent';
import { LocritMissing } from './LocritMissing';

/** What is shown of the Locrit that the address names, once it is there. */
export function NamedLocrit({ children }: { children: (locrit: LocritRow) => ReactNode }) {
  const name = useLocritName() ?? '';
  const locrit = useLive(async (client) => (await client.locrit(name)) ?? null, [name]);
  const { pathname, search } = useLocation();
  const wasThere = useWasThere(name, locrit === undefined ? undefined : locrit !== null);
  if (locrit === null) return <LocritMissing name={name} wasThere={wasThere} />;
  if (locrit === undefined) return null;
  const isById = locrit.id === name;
  const isFormer = locrit.name !== name && locrit.former_names.includes(name);
  if (locrit.name !== name && !isFormer && !isById) return null; // of the address before
  return (
    <>
      {(isFormer || (isById && !isRefused(locrit))) && (
        <Navigate replace to={renamed(pathname, locrit.name) + search} />
      )}
      {children(locrit)}
    </>
  );
}

/** The server does not take it as it is. Its name may be another one's. */
export function isRefused({ local, state }: LocritRow): boolean {
  return local && state === 'rejected';
}

/** The same page under the name that the Locrit has now. */
function renamed(pathname: string, name: string): string {
  const [, first, , ...rest] = pathname.split('/');
  return ['', first, encodeURIComponent(name), ...rest].join('/');
}

interface Props {
  locrit: LocritRow;
  intro: string;
  wide?: boolean;
  children: ReactNode;
}

/** A page about a Locrit: whose it is, and the way to talk with it. */
export function LocritPage({ locrit, intro, wide, children }: Props) {
  const t = useText();
  return (
    <div className="h-full" {...accentOf(locrit.name)}>
      <Page
        wide={wide}
        compact
        title={locrit.name}
        intro={intro}
        mark={<Avatar locrit={locrit} size="l" />}
        actions={
          isRefused(locrit) ? undefined : (
            <Button asChild>
              <Link to={paths.chat(locrit.name)}>
                <MessageSquare aria-hidden className="size-4" />
                {t.locrits.chat(locrit.name)}
              </Link>
            </Button>
          )
        }
      >
        {children}
      </Page>
    </div>
  );
}
