import { Ellipsis, FileCode, FileText, Flame, GitFork, History as HistoryIcon, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import type { MessageRow } from '../../core';
import { useClient } from '../app-context';
import { IconButton } from '../kit/Button';
import { Confirm } from '../kit/Dialog';
import { Menu, MenuItem, MenuLine } from '../kit/Menu';
import { paths } from '../paths';
import { useRouteParams } from '../route-params';
import { useText } from '../text/text';
import { copyText } from './CopyButton';
import { History } from './History';
import { plainText } from './markdown/plain';
import { RetryWith } from './RetryWith';

/** What is done with a message less often. */
export function MessageMenu({ message, answers }: { message: MessageRow; answers: boolean }) {
  const t = useText();
  const [open, setOpen] = useState<'history' | 'models' | 'forget' | null>(null);
  const fork = useFork(message);
  const { remove, copies, countCopies, forget } = useRemoval(message);
  const close = () => setOpen(null);

  return (
    <>
      <Menu
        align={message.role === 'user' ? 'end' : 'start'}
        trigger={
          <IconButton small label={t.archive.actions}>
            <Ellipsis />
          </IconButton>
        }
      >
        {answers && (
          <MenuItem onSelect={() => setOpen('models')}>
            <RotateCcw aria-hidden />
            {t.models.retryWith}
          </MenuItem>
        )}
        <MenuItem onSelect={() => setOpen('history')}>
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
        <MenuItem danger onSelect={() => void countCopies().then(() => setOpen('forget'))} hint={t.hands.forgetHint}>
          <Flame aria-hidden />
          {t.archive.forget}
        </MenuItem>
      </Menu>
      {open === 'history' && <History message={message} onClose={close} />}
      {open === 'models' && <RetryWith message={message} onClose={close} />}
      <Confirm
        open={open === 'forget'}
        onOpenChange={close}
        title={t.archive.forgetMessage}
        text={t.archive.forgetMessageText(copies)}
        action={t.archive.forgetNow}
        onConfirm={forget}
      />
    </>
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
  const [copies, setCopies] = useState(0);
  return {
    copies,
    /** It is known then what goes with it. Without an answer now there will be none to forgetting it either. */
    countCopies: async () => setCopies(await client.copies(message_id).catch(() => 0)),
    remove: async () => {
      await client.deleteMessage(message_id);
      toast(t.chat.removed, { action: { label: t.undo, onClick: () => client.restoreMessage(message_id) } });
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
  const navigate = useNavigate();
  const { locrit = '' } = useRouteParams();
  return async () => {
    const conversationId = await client.fork(message.conversation_id, message.message_id);
    navigate(paths.chat(locrit, conversationId));
    toast(t.archive.forked);
  };
}
