import { UserRoundX } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useConnection, useIsUnkept } from '../app-context';
import { Button } from '../kit/Button';
import { EmptyState } from '../kit/states';
import { paths } from '../paths';
import { NarrowBar } from '../shell/NarrowBar';
import { useText } from '../text/text';

/** Who starts knows nothing yet, which is no failure. */
const STARTS_WITHIN_MS = 300;

export function LocritMissing({ name, wasThere }: { name: string; wasThere?: boolean }) {
  const t = useText();
  const { isKnown } = useConnection();
  const isUnkept = useIsUnkept();
  const isLate = useLate();
  const [title, text] = wasThere
    ? [t.gone.deleted, t.gone.deletedHint]
    : isUnkept
      ? [t.unkept.title, t.unkept.text]
      : isKnown
        ? [t.locrits.missing(name), t.locrits.missingHint]
        : [t.locrits.unreachable, t.locrits.unreachableHint];
  if (!isLate) return null;
  return (
    <>
      <NarrowBar />
      <EmptyState
        whole
        icon={<UserRoundX />}
        title={title}
        text={text}
        action={
          <Button asChild>
            <Link to={paths.locrits}>{t.locrits.all}</Link>
          </Button>
        }
      />
    </>
  );
}

function useLate(): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), STARTS_WITHIN_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLate;
}
