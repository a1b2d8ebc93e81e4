import { useCallback, useRef, useState } from 'react';
import { useClient } from './app-context';

export const draftKeys = {
  create: 'create',
  serverSettings: 'server settings',
  locrit: (id: string) => `locrit/${encodeURIComponent(id)}`,
  rename: (conversationId: string) => `rename/${encodeURIComponent(conversationId)}`,
  newNote: (locritId: string) => `note of/${encodeURIComponent(locritId)}`,
  note: (noteId: string) => `note/${encodeURIComponent(noteId)}`,
  concept: (conceptId: string) => `concept/${encodeURIComponent(conceptId)}`,
  artifact: (id: string) => `artifact/${encodeURIComponent(id)}`,
  edits: (conversationId: string) => `edit/${encodeURIComponent(conversationId)}/`,
  edit: (conversationId: string, messageId: string) =>
    `${draftKeys.edits(conversationId)}${encodeURIComponent(messageId)}`,
};

export interface FormDraft<T> {
  /** What was filled in and not saved yet. */
  draft: Partial<T> | undefined;
  /** It was there when the form was opened: somebody left without saving. */
  returned: boolean;
  /** Null when it is saved or discarded. */
  keep: (change: (now: Partial<T> | undefined) => Partial<T> | null) => void;
}

/** Keeps what is typed into a form in this browser, through reloads and closed tabs, until it is saved or discarded. */
export function useFormDraft<T extends object>(key: string): FormDraft<T> {
  const client = useClient();
  const [draft, setDraft] = useState(() => fields<T>(client.formDraft(key)));
  const [returned, setReturned] = useState(draft !== undefined);
  const newest = useRef(draft);
  const keep = useCallback(
    (change: (now: Partial<T> | undefined) => Partial<T> | null) => {
      const value = change(newest.current);
      newest.current = value ?? undefined;
      client.saveFormDraft(key, value);
      setDraft(newest.current);
      if (value === null) setReturned(false);
    },
    [client, key],
  );
  return { draft, returned, keep };
}

function fields<T>(value: unknown): Partial<T> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Partial<T>) : undefined;
}
