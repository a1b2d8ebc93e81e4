import { UserRoundX } from 'lucide-react';
import { Link } from 'react-router';
import { Button } from '../kit/Button';
import { EmptyState } from '../kit/states';
import { paths } from '../paths';
import { NarrowBar } from '../shell/NarrowBar';
import { useText } from '../text/text';

export function LocritMissing({ name }: { name: string }) {
  const t = useText();
  return (
    <div className="late">
      <NarrowBar />
      <EmptyState
        whole
        icon={<UserRoundX />}
        title={t.locrits.missing(name)}
        text={t.locrits.missingHint}
        action={
          <Button asChild>
            <Link to={paths.locrits}>{t.locrits.all}</Link>
          </Button>
        }
      />
    </div>
  );
}
