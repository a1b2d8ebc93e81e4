import { Moon } from 'lucide-react';
import { Link } from 'react-router';
import type { Locrit } from '../../core';
import { Button } from '../kit/Button';
import { paths } from '../paths';
import { useText } from '../text/text';

/** Whether it answers people: the server takes no question for it otherwise. */
export function talks({ active, open_to }: Locrit): boolean {
  return active && open_to.humans !== false;
}

export function InactiveNotice({ locrit }: { locrit: Locrit }) {
  const t = useText();
  return (
    <div className="column shrink-0 pb-2">
      <div className="flex flex-wrap items-center gap-3 rounded-s bg-paper-2 px-4 py-2 text-ink-2 text-sm">
        <Moon aria-hidden className="size-4 shrink-0" />
        <p className="min-w-40 flex-1">{locrit.active ? t.typed.closed(locrit.name) : t.chat.rest(locrit.name)}</p>
        <Button small asChild>
          <Link to={paths.locrit(locrit.name)}>{t.chat.wake}</Link>
        </Button>
      </div>
    </div>
  );
}
