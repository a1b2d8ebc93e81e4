import type { FormEvent } from 'react';
import type { ConversationRow } from '../../core';
import { useClient } from '../app-context';
import { draftKeys, useFormDraft } from '../form-draft';
import { Button } from '../kit/Button';
import { Dialog } from '../kit/Dialog';
import { Field, Input } from '../kit/Field';
import { useText } from '../text/text';

export interface ConversationDialogProps {
  conversation: ConversationRow;
  onOpenChange: (open: boolean) => void;
  onClosed: (event: Event) => void;
}

/** What is typed stays a draft until it is saved or discarded. */
export function RenameDialog({ conversation, onOpenChange, onClosed }: ConversationDialogProps) {
  const t = useText();
  const client = useClient();
  const { draft, returned, keep } = useFormDraft<{ title: string }>(draftKeys.rename(conversation.conversation_id));
  const typed = String(draft?.title ?? conversation.title);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const title = typed.trim();
    keep(() => null);
    onOpenChange(false);
    if (title !== conversation.title) await client.actions.editConversation(conversation.conversation_id, { title });
  }

  return (
    <Dialog open onOpenChange={onOpenChange} onCloseAutoFocus={onClosed} title={t.conversations.rename}>
      <form onSubmit={submit} className="px-6 pb-6">
        <Field label={t.conversations.name}>
          {(props) => (
            <Input
              name="title"
              maxLength={200}
              value={typed}
              onChange={({ target: { value: title } }) => keep(() => (title === conversation.title ? null : { title }))}
              autoComplete="off"
              autoFocus
              onFocus={(event) => event.currentTarget.select()}
              {...props}
            />
          )}
        </Field>
        <div className="mt-6 flex items-center justify-end gap-2">
          {returned && <p className="mr-auto text-ink-2 text-sm">{t.form.unsaved}</p>}
          <Button
            variant="ghost"
            onClick={() => {
              keep(() => null);
              onOpenChange(false);
            }}
          >
            {returned ? t.chat.discard : t.cancel}
          </Button>
          <Button variant="primary" type="submit">
            {t.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
