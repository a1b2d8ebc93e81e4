import {
  Archive,
  ArchiveRestore,
  Ellipsis,
  Flame,
  Gauge,
  Pencil,
  Pin,
  PinOff,
  Settings2,
  Shapes,
  Star,
  StarOff,
  TextSearch,
  Trash2,
} from 'lucide-react';
import { type ReactNode, Suspense, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { ConversationRow } from '../../core';
import { useClient } from '../app-context';
import { isLayerOpen } from '../keys';
import { IconButton } from '../kit/Button';
import { Confirm } from '../kit/Dialog';
import { later, UnfetchedDialog } from '../kit/later';
import { MenuAt, MenuItem, MenuLine } from '../kit/Menu';
import { FIND, paths } from '../paths';
import { useRouteParams } from '../route-params';
import { useText } from '../text/text';
import { type ConversationDialogProps, RenameDialog } from './RenameDialog';
import { useIsWide } from './use-is-wide';
import { useRemoval } from './use-removal';

const Interactions = later(
  () => import('../chat/Interactions'),
  ({ onOpenChange }) => <UnfetchedDialog onClose={() => onOpenChange(false)} />,
);

type Step = 'menu' | 'rename' | 'calls' | 'forget';

/** What the menu is about, and the button that it was opened from. */
interface Target {
  conversation: ConversationRow;
  button: HTMLElement;
  step: Step;
}

export interface ConversationMenu {
  /** To be put on the page once, for any number of buttons. */
  menu: ReactNode;
  /** The conversation whose menu is open. */
  openFor?: string;
  open: (conversation: ConversationRow, button: HTMLElement) => void;
}

/** One menu of actions, and the dialogs that it leads to, for all conversations of a list. */
export function useConversationMenu(): ConversationMenu {
  const [target, setTarget] = useState<Target | null>(null);
  const menu = target && (
    <Actions
      key={target.conversation.conversation_id}
      {...target}
      onStep={(step) => setTarget((now) => now && { ...now, step })}
      onClose={() => setTarget((now) => (now === target ? null : now))}
    />
  );
  return {
    menu,
    openFor: target?.step === 'menu' ? target.conversation.conversation_id : undefined,
    open: (conversation, button) =>
      setTarget((now) =>
        now?.step === 'menu' && now.button === button ? null : { conversation, button, step: 'menu' },
      ),
  };
}

/** The button of a conversation's menu where there is only one. */
export function ConversationMenuButton({ conversation }: { conversation: ConversationRow }) {
  const { conversations: t } = useText();
  const { menu, openFor, open } = useConversationMenu();
  return (
    <>
      <IconButton
        label={t.actions(conversation.title || t.untitled)}
        side="bottom"
        aria-haspopup="menu"
        aria-expanded={openFor !== undefined}
        onClick={(event) => open(conversation, event.currentTarget)}
      >
        <Ellipsis />
      </IconButton>
      {menu}
    </>
  );
}

interface ActionsProps extends Target {
  onStep: (step: Step) => void;
  onClose: () => void;
}

function Actions({ conversation, button, step, onStep, onClose }: ActionsProps) {
  const { conversations: t, calls, finding } = useText();
  const openFinding = useOpenFinding(conversation);
  const { archive, remove, forget } = useRemoval(conversation);
  const { leaving, onClosed } = useFocusReturn(button);
  const goesOn = useRef(false);
  const goOn = (next: () => void) => () => {
    goesOn.current = true;
    next();
  };
  const find = goOn(() => {
    button.focus(); // it has it again when that is closed
    openFinding();
  });
  const close = (open: boolean) => !open && onClose();
  if (step === 'rename') return <RenameDialog {...{ conversation, onClosed }} onOpenChange={close} />;
  if (step === 'calls')
    return (
      <Suspense fallback={null}>
        <Interactions conversation={conversation} onOpenChange={close} onCloseAutoFocus={onClosed} />
      </Suspense>
    );
  if (step === 'forget')
    return <Forget {...{ conversation, onClosed }} onOpenChange={close} onConfirm={leaving(forget)} />;
  return (
    <MenuAt
      anchor={button}
      onClose={onClose}
      onCloseAutoFocus={(event) => (goesOn.current ? event.preventDefault() : onClosed(event))}
    >
      <MenuItem onSelect={goOn(() => onStep('rename'))}>
        <Pencil aria-hidden />
        {t.rename}
      </MenuItem>
      <MenuItem onSelect={find}>
        <TextSearch aria-hidden />
        {finding.findHere}
      </MenuItem>
      <MenuItem onSelect={goOn(() => onStep('calls'))}>
        <Gauge aria-hidden />
        {calls.menu}
      </MenuItem>
      <Marks conversation={conversation} />
      <OfLocrit name={conversation.locrit_name} goOn={goOn} />
      <Removals
        archived={conversation.archived}
        onArchive={leaving(archive)}
        onRemove={leaving(remove)}
        onForget={goOn(() => onStep('forget'))}
      />
    </MenuAt>
  );
}

type RemovalsProps = Record<'onArchive' | 'onRemove' | 'onForget', () => void> & { archived: boolean };

function Removals({ archived, onArchive, onRemove, onForget }: RemovalsProps) {
  const { conversations: t, archive: words, hands } = useText();
  return (
    <>
      <MenuItem onSelect={onArchive}>
        {archived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
        {archived ? t.unarchive : t.archive}
      </MenuItem>
      <MenuLine />
      <MenuItem onSelect={onRemove} hint={hands.deleteHint}>
        <Trash2 aria-hidden />
        {t.remove}
      </MenuItem>
      <MenuItem danger onSelect={onForget} hint={hands.forgetHint}>
        <Flame aria-hidden />
        {words.forget}
      </MenuItem>
    </>
  );
}

/** The focus goes back to the button, or when its row goes with the action, to what stands beside it. */
function useFocusReturn(button: HTMLElement) {
  const returnTo = useRef(button);
  const leaving = (action: () => Promise<void>) => () => {
    returnTo.current = beside(button) ?? button;
    void action();
  };
  const onClosed = (event: Event) => {
    event.preventDefault();
    if (isLayerOpen()) return; // opened meanwhile: it would close, left by the focus
    if (returnTo.current.isConnected) returnTo.current.focus();
  };
  return { leaving, onClosed };
}

function Marks({ conversation: { conversation_id: id, starred, pinned } }: Pick<Target, 'conversation'>) {
  const { conversations: t } = useText();
  const client = useClient();
  return (
    <>
      <MenuItem onSelect={() => client.actions.editConversation(id, { starred: !starred })}>
        {starred ? <StarOff aria-hidden /> : <Star aria-hidden />}
        {starred ? t.unstar : t.star}
      </MenuItem>
      <MenuItem onSelect={() => client.actions.editConversation(id, { pinned: !pinned })}>
        {pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
        {pinned ? t.unpin : t.pin}
      </MenuItem>
    </>
  );
}

/** Where there is no room for them above the conversation. */
function OfLocrit({ name, goOn }: { name: string; goOn: (next: () => void) => () => void }) {
  const { locrits: t } = useText();
  const navigate = useNavigate();
  if (useIsWide()) return null;
  return (
    <>
      <MenuItem onSelect={goOn(() => navigate(paths.artifacts(name)))}>
        <Shapes aria-hidden />
        {t.made(name)}
      </MenuItem>
      <MenuItem onSelect={goOn(() => navigate(paths.locrit(name)))}>
        <Settings2 aria-hidden />
        {t.settings(name)}
      </MenuItem>
    </>
  );
}

function Forget({
  conversation,
  onOpenChange,
  onClosed,
  onConfirm,
}: ConversationDialogProps & { onConfirm: () => void }) {
  const { conversations: t, archive: words } = useText();
  return (
    <Confirm
      open
      onOpenChange={onOpenChange}
      onCloseAutoFocus={onClosed}
      title={words.forgetConversation(conversation.title || t.untitled)}
      text={words.forgetConversationText(conversation.message_count)}
      action={words.forgetNow}
      onConfirm={onConfirm}
    />
  );
}

function useOpenFinding({ conversation_id, locrit_name }: ConversationRow) {
  const navigate = useNavigate();
  const route = useRouteParams();
  const { search } = useLocation();
  const isHere = route.conversationId === conversation_id;
  const place = { pathname: paths.chat(locrit_name, conversation_id), search: isHere ? search : '' };
  return () => navigate(place, { replace: isHere, state: FIND });
}

/** The link of the next conversation in the list, or of the one before. */
function beside(button: HTMLElement): HTMLElement | null {
  const links = [...(button.closest('nav')?.querySelectorAll<HTMLElement>('li a') ?? [])];
  const own = button.closest('li')?.querySelector('a');
  const at = own ? links.indexOf(own) : -1;
  return at < 0 ? null : (links[at + 1] ?? links[at - 1] ?? null);
}
