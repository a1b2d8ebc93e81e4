import { ChevronsUpDown, LibraryBig, Plus } from 'lucide-react';
import { useNavigate } from 'react-router';
import type { ModelState } from '../../core';
import { useConnection, useLive } from '../app-context';
import { Avatar } from '../kit/Avatar';
import { cx } from '../kit/cx';
import { Menu, MenuItem, MenuLine } from '../kit/Menu';
import { useModels } from '../models/use-models';
import { paths } from '../paths';
import { useText } from '../text/text';

const DOT: Record<ModelState['status'], string> = { ready: 'bg-good', starting: 'bg-warn', unavailable: 'bg-bad' };

/** Whose conversations are listed, and the way to the others. */
export function LocritSwitch({ current }: { current?: string }) {
  const t = useText();
  const navigate = useNavigate();
  const locrits = useLive((client) => client.locrits(), []);
  const locrit = locrits?.find((each) => each.name === current);
  return (
    <Menu
      align="start"
      className="w-64"
      trigger={
        <button
          type="button"
          className="-mx-1 flex h-12 items-center gap-3 rounded-s px-2 text-left hover:bg-paper-3 aria-expanded:bg-paper-3"
        >
          {locrit ? (
            <Avatar locrit={locrit} />
          ) : (
            <span className="flex size-8 items-center justify-center text-ink-3">
              <LibraryBig aria-hidden className="size-5" />
            </span>
          )}
          <span className="min-w-0 flex-1">
            <span className="block truncate font-[550] text-sm">{locrit?.name ?? t.nav.everyone}</span>
            {locrit && <ModelLine model={locrit.model} />}
          </span>
          <span className="sr-only">{t.nav.switchLocrit}</span>
          <ChevronsUpDown aria-hidden className="size-4 text-ink-3" />
        </button>
      }
    >
      {locrits?.map((each) => (
        <MenuItem
          key={each.id}
          onSelect={() => navigate(paths.chat(each.name))}
          className={cx(!each.active && 'text-ink-3')}
        >
          <Avatar locrit={each} size="s" />
          <span className="truncate">{each.name}</span>
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem onSelect={() => navigate(paths.locrits)}>
        <LibraryBig aria-hidden className="mx-1" />
        {t.nav.everyone}
      </MenuItem>
      <MenuItem onSelect={() => navigate(paths.create)}>
        <Plus aria-hidden className="mx-1" />
        {t.nav.newLocrit}
      </MenuItem>
    </Menu>
  );
}

function ModelLine({ model }: { model: string }) {
  const t = useText();
  const { labelOf } = useModels();
  const connection = useConnection();
  const state = connection.state === 'offline' ? undefined : connection.model; // as far as is known now
  return (
    <span className="flex items-center gap-1.5 text-ink-3 text-xs">
      {state && <span aria-hidden className={cx('size-1.5 shrink-0 rounded-full', DOT[state.status])} />}
      <span className="sr-only">{state && t.model[state.status]}</span>
      <span className="truncate">{labelOf(model)}</span>
    </span>
  );
}
