import { PanelLeft } from 'lucide-react';
import { IconButton } from '../kit/Button';
import { useText } from '../text/text';
import { useShell } from './shell-context';

/** On narrow screens the sidebar is behind this button. */
export function SidebarButton() {
  const t = useText();
  const { openSidebar } = useShell();
  return (
    <IconButton label={t.nav.open} side="bottom" className="size-10 wide:hidden" onClick={openSidebar}>
      <PanelLeft />
    </IconButton>
  );
}
