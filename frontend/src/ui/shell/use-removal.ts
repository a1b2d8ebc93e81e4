import { toast } from 'sonner';
import type { ConversationRow } from '../../core';
import { useClient } from '../app-context';
import { paths } from '../paths';
import { useRouteParams } from '../route-params';
import { useText } from '../text/text';
import { useWayOn } from '../use-way-on';

/** What makes a conversation leave the list: at once, and with a way back. */
export function useRemoval(conversation: ConversationRow) {
  const t = useText();
  const client = useClient();
  const wayOn = useWayOn();
  const route = useRouteParams();
  const { conversation_id: id, archived, locrit_name } = conversation;
  const leaving = () => {
    const goOn = wayOn();
    return () => route.conversationId === id && goOn(paths.chat(locrit_name));
  };

  async function archive() {
    const leave = leaving();
    await client.actions.editConversation(id, { archived: !archived });
    if (archived) return;
    leave();
    toast(t.conversations.archivedNow, {
      action: { label: t.undo, onClick: () => client.actions.editConversation(id, { archived: false }) },
    });
  }

  async function remove() {
    const leave = leaving();
    await client.actions.deleteConversation(id);
    leave();
    toast(t.conversations.removed, {
      action: { label: t.undo, onClick: () => client.actions.restoreConversation(id) },
    });
  }

  async function forget() {
    const leave = leaving();
    await client.forgetConversation(id);
    leave();
    toast(t.archive.forgottenNow);
  }

  return { archive, remove, forget };
}
