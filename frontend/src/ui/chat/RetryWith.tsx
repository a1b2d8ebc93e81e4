import type { MessageRow } from '../../core';
import { useClient } from '../app-context';
import { ModelDialog } from '../models/ModelDialog';
import { useText } from '../text/text';

interface Props {
  message: MessageRow;
  onClose: () => void;
  onCloseAutoFocus: (event: Event) => void;
}

/** Has another model answer the same question; its reply is one more version. */
export function RetryWith({ message, ...closing }: Props) {
  const t = useText();
  const client = useClient();
  return (
    <ModelDialog
      title={t.models.retryWith}
      note={t.models.forReply}
      chosen={message.model ?? undefined}
      onChoose={(model) => client.actions.retry(message.message_id, model)}
      {...closing}
    />
  );
}
