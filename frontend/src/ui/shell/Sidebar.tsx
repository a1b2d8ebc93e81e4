import { Archive, Database, Keyboard, Search, Settings, SquarePen, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useLive } from '../app-context';
import { StatusLine } from '../chat/StatusLine';
import { Button, IconButton } from '../kit/Button';
import { Kbd } from '../kit/states';
import { paths } from '../paths';
import { useRouteParams } from '../route-params';
import { useText } from '../text/text';
import { accentOf } from '../theme/accent';
import { ConversationList } from './ConversationList';
import { useConversationMenu } from './ConversationMenu';
import { LocritSwitch } from './LocritSwitch';
import { Mark, Wordmark } from './Mark';
import { paletteKeys } from './Shortcuts';
import { useShell } from './shell-context';

export function Sidebar() {
  const t = useText();
  const { locrit, chat } = useRouteParams();
  const [archived, setArchived] = useState(false);
  const { menu, ...opened } = useConversationMenu(); // outlives the list, which begins anew when its Locrit is renamed
  const known = useLive(async (client) => (locrit ? await client.locrit(locrit) : undefined), [locrit]);
  return (
    <nav aria-label={t.nav.label} className="flex h-full flex-col bg-paper-2" {...(locrit ? accentOf(locrit) : {})}>
      <Head chat={Boolean(chat)} />
      <div className="flex shrink-0 flex-col gap-2 px-3 pb-3">
        <FindButton />
        <LocritSwitch current={locrit} />
        {known && (
          <Button asChild variant="plain" className="w-full justify-start px-3">
            <Link to={paths.chat(known.name)}>
              <SquarePen aria-hidden className="size-4 text-accent" />
              {t.conversations.start}
            </Link>
          </Button>
        )}
      </div>
      {archived && (
        <h2 className="flex shrink-0 items-center justify-between px-6 pb-1 font-[550] text-sm">
          {t.conversations.archived}
          <IconButton small label={t.conversations.hideArchived} side="bottom" onClick={() => setArchived(false)}>
            <X />
          </IconButton>
        </h2>
      )}
      <ConversationList key={`${locrit} ${archived}`} locrit={locrit} archived={archived} menu={opened} />
      {menu}
      <div className="flex shrink-0 gap-1 border-line border-t px-3 pt-2">
        <Button
          small
          variant="ghost"
          aria-pressed={archived}
          className="flex-1 justify-start px-3 font-normal aria-pressed:bg-paper-3 aria-pressed:text-ink"
          onClick={() => setArchived(!archived)}
        >
          <Archive aria-hidden className="size-4" />
          {t.conversations.archived}
        </Button>
        <Button asChild small variant="ghost" className="flex-1 justify-start px-3 font-normal">
          <Link to={paths.trash}>
            <Trash2 aria-hidden className="size-4" />
            {t.archive.trash}
          </Link>
        </Button>
      </div>
      <Foot />
    </nav>
  );
}

function Head({ chat }: { chat: boolean }) {
  const t = useText();
  return (
    <div className="flex h-14 shrink-0 items-center justify-between gap-6 px-4">
      <Link to={paths.home} className="touch-target -mx-1 flex items-center gap-2 rounded-s px-1 text-lg">
        <Mark />
        <Wordmark />
        <span className="sr-only">{t.app}</span>
      </Link>
      {!chat && (
        <div className="min-w-0 text-ink-3 text-xs">
          <StatusLine />
        </div>
      )}
    </div>
  );
}

function FindButton() {
  const t = useText();
  const { openPalette } = useShell();
  return (
    <button
      type="button"
      onClick={openPalette}
      className="flex h-9 w-full items-center gap-2 rounded-s border border-line bg-paper px-3 text-ink-3 text-sm hover:border-line-strong pointer-coarse:h-10"
    >
      <Search aria-hidden className="size-4" />
      <span className="flex-1 truncate text-left">{t.nav.search}</span>
      <span aria-hidden className="hidden wide:block">
        <Kbd>{paletteKeys()}</Kbd>
      </span>
    </button>
  );
}

function Foot() {
  const t = useText();
  const { openShortcuts } = useShell();
  return (
    <footer className="flex h-11 shrink-0 items-center justify-between px-3">
      <Button asChild small variant="ghost" className="px-3 font-normal">
        <Link to={paths.settings}>
          <Settings aria-hidden className="size-4" />
          {t.nav.settings}
        </Link>
      </Button>
      <span className="flex">
        <IconButton asChild label={t.archive.storage}>
          <Link to={paths.storage}>
            <Database />
          </Link>
        </IconButton>
        <IconButton label={t.shortcuts.title} keys="?" onClick={openShortcuts} className="hidden wide:inline-flex">
          <Keyboard />
        </IconButton>
      </span>
    </footer>
  );
}
