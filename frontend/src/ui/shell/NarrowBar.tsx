import { StatusLine } from '../chat/StatusLine';
import { SidebarButton } from './SidebarButton';

/** Above pages on narrow screens, whose sidebar is out of sight: the way to it, and the save state. */
export function NarrowBar() {
  return (
    <div className="flex h-14 items-center justify-between gap-4 px-2 wide:hidden">
      <SidebarButton />
      <div className="min-w-0 pr-2 text-ink-3 text-xs">
        <StatusLine />
      </div>
    </div>
  );
}
