import { UserRoundX } from 'lucide-react';
import { Link } from 'react-router';
import { useConnection } from '../app-context';
import { Button } from '../kit/Button';
import { EmptyState } from '../kit/states';
import { paths } from '../paths';
import { NarrowBar } from '../shell/NarrowBar';
import { useText } from '../text/text';

export function LocritMissing({ name }: { name: string }) {
  const t = useText();
  const { isKnown } = useConnection();
  const [title, text] = isKnown
    ? [t.locrits.missing(name), t.locrits.missingHint]
    : [t.locrits.unreachable, t.locrits.unreachableHint];
  return (
    <div className="late">
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
    </div>
  );
}
