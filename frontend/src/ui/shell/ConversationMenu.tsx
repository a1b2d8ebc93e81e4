import { Archive, ArchiveRestore, Ellipsis, Flame, Pencil, Pin, PinOff, Star, StarOff, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import type { ConversationRow } from '../../core';
import { useClient } from '../app-context';
import { Button, IconButton } from '../kit/Button';
import { Confirm, Dialog } from '../kit/Dialog';
import { Field, Input } from '../kit/Field';
import { Menu, MenuItem, MenuLine } from '../kit/Menu';
import { paths } from '../paths';
import { useText } from '../text/text';
import { useHere } from './use-shortcuts';

interface Props {
  conversation: ConversationRow;
  small?: boolean;
}

export function ConversationMenu({ conversation, small }: Props) {
  const { conversations: t, archive: words } = useText();
  const client = useClient();
  const [open, setOpen] = useState<'rename' | 'forget' | null>(null);
  const { archive, remove, forget } = useRemoval(conversation);
  const { conversation_id: id, starred, pinned, archived } = conversation;
  return (
    <>
      <Menu
        trigger={
          <IconButton small={small} label={t.actions(conversation.title || t.untitled)} side="bottom">
            <Ellipsis />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => setOpen('rename')}>
          <Pencil aria-hidden />
          {t.rename}
        </MenuItem>
        <MenuItem onSelect={() => client.editConversation(id, { starred: !starred })}>
          {starred ? <StarOff aria-hidden /> : <Star aria-hidden />}
          {starred ? t.unstar : t.star}
        </MenuItem>
        <MenuItem onSelect={() => client.editConversation(id, { pinned: !pinned })}>
          {pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
          {pinned ? t.unpin : t.pin}
        </MenuItem>
        <MenuItem onSelect={archive}>
          {archived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
          {archived ? t.unarchive : t.archive}
        </MenuItem>
        <MenuLine />
        <MenuItem onSelect={remove}>
          <Trash2 aria-hidden />
          {t.remove}
        </MenuItem>
        <MenuItem danger onSelect={() => setOpen('forget')}>
          <Flame aria-hidden />
          {words.forget}
        </MenuItem>
      </Menu>
      <Rename conversation={conversation} open={open === 'rename'} onOpenChange={() => setOpen(null)} />
      <Confirm
        open={open === 'forget'}
        onOpenChange={() => setOpen(null)}
        title={words.forgetConversation(conversation.title || t.untitled)}
        text={words.forgetConversationText(conversation.message_count)}
        action={words.forgetNow}
        onConfirm={forget}
      />
    </>
  );
}

/** What makes a conversation leave the list: at once, and with a way back. */
function useRemoval(conversation: ConversationRow) {
  const t = useText();
  const client = useClient();
  const navigate = useNavigate();
  const here = useHere();
  const { conversation_id: id, archived, locrit_name } = conversation;
  const leave = () => here.conversationId === id && navigate(paths.chat(locrit_name));

  async function archive() {
    await client.editConversation(id, { archived: !archived });
    if (archived) return;
    leave();
    toast(t.conversations.archivedNow, {
      action: { label: t.undo, onClick: () => client.editConversation(id, { archived: false }) },
    });
  }

  async function remove() {
    await client.deleteConversation(id);
    leave();
    toast(t.conversations.removed, { action: { label: t.undo, onClick: () => client.restoreConversation(id) } });
  }

  async function forget() {
    await client.forgetConversation(id);
    leave();
    toast(t.archive.forgottenNow);
  }

  return { archive, remove, forget };
}

interface RenameProps {
  conversation: ConversationRow;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

function Rename({ conversation, open, onOpenChange }: RenameProps) {
  const t = useText();
  const client = useClient();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const title = String(new FormData(event.currentTarget).get('title')).trim();
    onOpenChange(false);
    if (title !== conversation.title) await client.editConversation(conversation.conversation_id, { title });
  }

  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.conversations.rename}>
      <form onSubmit={submit} className="px-6 pb-6">
        <Field label={t.conversations.name}>
          {(props) => (
            <Input name="title" maxLength={200} defaultValue={conversation.title} autoComplete="off" {...props} />
          )}
        </Field>
        <div className="mt-6 flex justify-end gap-2">
          <Button look="ghost" onClick={() => onOpenChange(false)}>
            {t.cancel}
          </Button>
          <Button look="primary" type="submit">
            {t.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
