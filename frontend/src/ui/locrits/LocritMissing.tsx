import { UserRoundX } from 'lucide-react';
import { Link } from 'react-router';
import { Button } from '../kit/Button';
import { EmptyState } from '../kit/states';
import { paths } from '../paths';
import { SidebarButton } from '../shell/SidebarButton';
import { useText } from '../text/text';

export function LocritMissing({ name }: { name: string }) {
  const t = useText();
  return (
    <div className="late">
      <div className="flex h-14 items-center px-2">
        <SidebarButton />
      </div>
      <EmptyState
        whole
        icon={<UserRoundX />}
        title={t.locrits.missing(name)}
        text={t.locrits.missingHint}
        action={
          <Button asChild>
            <Link to={paths.home}>{t.locrits.all}</Link>
          </Button>
        }
      />
    </div>
  );
}
