import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Locrit, MessageRow } from '../../core';
import { useClient } from '../app-context';
import { EditBox } from '../chat/EditBox';
import { previewOf } from '../chat/markdown/plain';
import { useKept } from '../failed';
import { IconButton } from '../kit/Button';
import { Menu, MenuItem } from '../kit/Menu';
import { explorerText } from '../text/explorer';
import { useText, useTextOf } from '../text/text';
import { MessageCard } from './MessageCard';
import type { Found } from './queries';

const START_CHARS = 40;

/** What was done to messages here, until the server tells it: null is thrown away, else what it says now. */
export type Corrections = ReadonlyMap<string, string | null>;

interface Props {
  message: Found;
  locrit: Locrit;
  /** Undefined: as it was. */
  onCorrect: (correction: string | null | undefined) => void;
}

/** A message that can be corrected or thrown away where it is found. */
export function Correctable({ message, locrit, onCorrect }: Props) {
  const [edited, edit] = useState<MessageRow>();
  const { begin, save, remove } = useCorrecting(message, edit, onCorrect);
  if (edited)
    return (
      <div className="border-line border-b py-3">
        <EditBox
          message={edited}
          canAsk={false}
          onCancel={() => edit(undefined)}
          onSave={(text) => void save(edited, text)}
        />
      </div>
    );
  return (
    <MessageCard
      message={message}
      locrit={locrit}
      actions={<Actions message={message} onEdit={() => void begin()} onRemove={() => void remove()} />}
    />
  );
}

interface ActionsProps {
  message: Found;
  onEdit: () => void;
  onRemove: () => void;
}

function Actions({ message: { snippet }, onEdit, onRemove }: ActionsProps) {
  const t = useTextOf(explorerText);
  const start = previewOf(snippet.replaceAll('\u0002', '').replaceAll('\u0003', '')).slice(0, START_CHARS);
  return (
    <Menu
      trigger={
        <IconButton small label={t.actions(start)}>
          <Ellipsis />
        </IconButton>
      }
    >
      <MenuItem onSelect={onEdit}>
        <Pencil aria-hidden />
        {t.edit}
      </MenuItem>
      <MenuItem onSelect={onRemove}>
        <Trash2 aria-hidden />
        {t.remove}
      </MenuItem>
    </Menu>
  );
}

/** What is done here is seen at once, and has a way back. */
function useCorrecting(
  { conversation_id, message_id }: Found,
  edit: (row: MessageRow | undefined) => void,
  onCorrect: Props['onCorrect'],
) {
  const t = useTextOf(explorerText);
  const { undo } = useText();
  const client = useClient();
  const isKept = useKept();
  const load = () => client.loadMessage(conversation_id, message_id);

  async function correct(correction: string | null, doing: Promise<void>, back: () => Promise<void>) {
    if (!(await isKept(doing))) return;
    onCorrect(correction);
    const onClick = () => void isKept(back()).then((isBack) => isBack && onCorrect(undefined));
    toast(correction === null ? t.removed : t.edited, { action: { label: undo, onClick } });
  }

  async function save(row: MessageRow, text: string) {
    edit(undefined);
    if (text === row.content) return;
    await correct(text, client.actions.editMessage(message_id, text), () =>
      client.actions.rollBack(message_id, row.rev),
    );
  }

  const remove = () =>
    correct(
      null,
      load().then(() => client.actions.deleteMessage(message_id)),
      () => client.actions.restoreMessage(message_id),
    );
  return { begin: () => isKept(load().then(edit)), save, remove };
}
