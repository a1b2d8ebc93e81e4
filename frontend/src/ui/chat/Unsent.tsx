import { Pencil, Undo2 } from 'lucide-react';
import { toast } from 'sonner';
import type { MessageRow } from '../../core';
import { useClient } from '../app-context';
import { IconButton } from '../kit/Button';
import { useText } from '../text/text';

/** Under a message that has not gone: what it waits for, always in sight, and the ways to change it until it goes. */
export function Unsent({ message, onEdit }: { message: MessageRow; onEdit: () => void }) {
  const t = useText();
  const client = useClient();

  async function takeBack() {
    await client.actions.deleteMessage(message.message_id);
    toast(t.chat.removed, {
      action: { label: t.undo, onClick: () => client.actions.restoreMessage(message.message_id) },
    });
  }

  return (
    <div className="late flex items-center">
      {message.waits && <span className="px-1.5">{t.typed.waits}</span>}
      <IconButton small label={t.chat.edit} onClick={onEdit}>
        <Pencil />
      </IconButton>
      <IconButton small label={t.typed.takeBack} onClick={takeBack}>
        <Undo2 />
      </IconButton>
    </div>
  );
}
