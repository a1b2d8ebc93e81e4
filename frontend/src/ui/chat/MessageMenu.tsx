import { Ellipsis, FileCode, FileText, Flame, GitFork, History as HistoryIcon, RotateCcw, Trash2 } from 'lucide-react';
import { createContext, type ReactNode, Suspense, useContext, useMemo, useState } from 'react';
import { toast } from 'sonner';
import type { MessageRow } from '../../core';
import { useClient } from '../app-context';
import { IconButton } from '../kit/Button';
import { Confirm } from '../kit/Dialog';
import { later, UnfetchedDialog } from '../kit/later';
import { MenuAt, MenuItem, MenuLine } from '../kit/Menu';
import { paths } from '../paths';
import { useRouteParams } from '../route-params';
import { useText } from '../text/text';
import { useWayOn } from '../use-way-on';
import { copyText } from './CopyButton';
import type { Row } from './conversation-tree';
import { plainText } from './markdown/plain';
import { RetryWith } from './RetryWith';

const History = later(() => import('./History'), UnfetchedDialog);

type Step = 'menu' | 'history' | 'models' | 'forget';

/** What is open, about which message, and the button that it was opened from. */
interface Target {
  message: MessageRow;
  answers: boolean;
  button: HTMLElement;
  step: Step;
  /** How many copies of it go when it is forgotten. */
  copies?: number;
}

interface Opened {
  /** The message whose menu is open. */
  openFor?: string;
  open: (target: Target) => void;
}

const MenuContext = createContext<Opened>({ open: () => undefined });

export const useMessageMenu = () => useContext(MenuContext);

/** The one menu of all messages: it outlives their rows, which scroll away and come to show another version. */
export function MessageMenu({ rows, children }: { rows: Row[]; children: ReactNode }) {
  const [target, setTarget] = useState<Target | null>(null);
  const openFor = target?.step === 'menu' ? target.message.message_id : undefined;
  const opened = useMemo(
    () => ({
      openFor,
      open: (next: Target) => setTarget((now) => (now?.step === 'menu' && now.button === next.button ? null : next)),
    }),
    [openFor],
  );
  const id = target?.message.message_id;
  const message = id && rows.flatMap(({ versions }) => versions).find(({ message_id }) => message_id === id);
  return (
    <MenuContext value={opened}>
      {children}
      {target && (
        <Actions
          key={id}
          {...target}
          message={message || target.message}
          onStep={(next) => setTarget((now) => (now && now !== target ? now : { ...target, ...next }))}
          onClose={() => setTarget((now) => (now === target ? null : now))}
        />
      )}
    </MenuContext>
  );
}

/** Opens what is done with a message less often. */
export function MessageMenuButton({ message, answers }: Pick<Target, 'message' | 'answers'>) {
  const t = useText();
  const { openFor, open } = useMessageMenu();
  return (
    <IconButton
      small
      label={t.archive.actions}
      aria-haspopup="menu"
      aria-expanded={openFor === message.message_id}
      onClick={({ currentTarget: button }) => open({ message, answers, button, step: 'menu' })}
    >
      <Ellipsis />
    </IconButton>
  );
}

interface ActionsProps extends Target {
  onStep: (next: Pick<Target, 'step' | 'copies'>) => void;
  onClose: () => void;
}

function Actions({ message, answers, button, step, copies = 0, onStep, onClose }: ActionsProps) {
  const t = useText();
  const fork = useFork(message);
  const { remove, countCopies, forget } = useRemoval(message);
  /** It is known then what goes with it. Without an answer now there will be none to forgetting it either. */
  const askToForget = async () => onStep({ step: 'forget', copies: await countCopies() });
  /** A dialog that is there at once finds the menu just gone, and the focus nowhere: it would leave it there. */
  const onClosed = (event: Event) => {
    event.preventDefault();
    if (document.activeElement === document.body) button.focus();
  };
  if (step === 'history')
    return (
      <Suspense fallback={null}>
        <History {...{ message, onClose }} onCloseAutoFocus={onClosed} />
      </Suspense>
    );
  if (step === 'models') return <RetryWith {...{ message, onClose }} onCloseAutoFocus={onClosed} />;
  if (step === 'forget')
    return (
      <Confirm
        open
        onOpenChange={onClose}
        title={t.archive.forgetMessage}
        text={t.archive.forgetMessageText(copies)}
        action={t.archive.forgetNow}
        onConfirm={forget}
        onCloseAutoFocus={onClosed}
      />
    );
  return (
    <MenuAt anchor={button} align={message.role === 'user' ? 'end' : 'start'} onClose={onClose}>
      {answers && (
        <MenuItem onSelect={() => onStep({ step: 'models' })}>
          <RotateCcw aria-hidden />
          {t.models.retryWith}
        </MenuItem>
      )}
      <MenuItem onSelect={() => onStep({ step: 'history' })}>
        <HistoryIcon aria-hidden />
        {t.archive.history}
      </MenuItem>
      <MenuItem onSelect={fork}>
        <GitFork aria-hidden />
        {t.archive.fork}
      </MenuItem>
      {message.role === 'assistant' && message.content && <CopyAs markdown={message.content} />}
      <MenuLine />
      <MenuItem onSelect={remove} hint={t.hands.deleteHint}>
        <Trash2 aria-hidden />
        {t.chat.remove}
      </MenuItem>
      <MenuItem danger onSelect={askToForget} hint={t.hands.forgetHint}>
        <Flame aria-hidden />
        {t.archive.forget}
      </MenuItem>
    </MenuAt>
  );
}

/** A reply as it was written, marks and all, or as it is read. */
function CopyAs({ markdown }: { markdown: string }) {
  const t = useText();
  const copy = async (text: string) => {
    await copyText(text);
    toast(t.chat.copied);
  };
  return (
    <>
      <MenuLine />
      <MenuItem onSelect={() => copy(markdown)}>
        <FileCode aria-hidden />
        {t.blocks.asMarkdown}
      </MenuItem>
      <MenuItem onSelect={() => copy(plainText(markdown))}>
        <FileText aria-hidden />
        {t.blocks.asText}
      </MenuItem>
    </>
  );
}

function useRemoval({ message_id }: MessageRow) {
  const t = useText();
  const client = useClient();
  return {
    countCopies: () => client.copies(message_id).catch(() => 0),
    remove: async () => {
      await client.actions.deleteMessage(message_id);
      toast(t.chat.removed, { action: { label: t.undo, onClick: () => client.actions.restoreMessage(message_id) } });
    },
    forget: async () => {
      await client.forgetMessage(message_id);
      toast(t.archive.forgottenNow);
    },
  };
}

/** Goes to the new conversation. */
function useFork(message: MessageRow) {
  const t = useText();
  const client = useClient();
  const wayOn = useWayOn();
  const { locrit = '' } = useRouteParams();
  return async () => {
    const goOn = wayOn();
    const conversationId = await client.actions.fork(message.conversation_id, message.message_id);
    goOn(paths.chat(locrit, conversationId));
    toast(t.archive.forked);
  };
}
