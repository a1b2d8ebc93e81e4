import { FileQuestion } from 'lucide-react';
import { Link } from 'react-router';
import { Button } from './kit/Button';
import { EmptyState } from './kit/states';
import { paths } from './paths';
import { NarrowBar } from './shell/NarrowBar';
import { useText } from './text/text';
import { useTitle } from './title';

export function NotFoundPage() {
  const t = useText();
  useTitle(t.error.notFound);
  return (
    <>
      <NarrowBar />
      <EmptyState
        whole
        className="pt-[12dvh]"
        icon={<FileQuestion />}
        title={t.error.notFound}
        text={t.error.notFoundText}
        action={
          <Button asChild>
            <Link to={paths.home}>{t.error.home}</Link>
          </Button>
        }
      />
    </>
  );
}
