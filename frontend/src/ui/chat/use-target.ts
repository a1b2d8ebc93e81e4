import { useEffect, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { toast } from 'sonner';
import { ApiError, type ShownMessages } from '../../core';
import { useClient } from '../app-context';
import { inWords } from '../text/failures';
import { useText } from '../text/text';

/** The message to land on. Who comes to it once more lands once more: then `visit` is another. */
export interface Target {
  id: string;
  visit: string;
  /** Its part of the conversation is on its way. */
  loading: boolean;
}

/** The message that `?message=` names: the part of the conversation around it is shown. */
export function useTarget(conversationId: string, { messages }: ShownMessages): Target | null {
  const client = useClient();
  const t = useText();
  const [search] = useSearchParams();
  const { key } = useLocation();
  const [settled, setSettled] = useState<string>();
  const asked = useRef<string>(undefined);
  const id = search.get('message');
  const isRead = messages.length > 0;
  useEffect(() => {
    if (!id || !isRead || asked.current === key) return;
    asked.current = key;
    client
      .show(conversationId, id)
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        const { message, hint } = inWords(error.failure, t.failures);
        toast.error(message, { description: hint });
      })
      .finally(() => setSettled(key));
  }, [client, conversationId, id, isRead, key, t]);
  return id ? { id, visit: key, loading: settled !== key } : null;
}
