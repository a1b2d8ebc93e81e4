import { type ClipboardEvent, useLayoutEffect, useState } from 'react';
import type { FilePart, GivenFile } from '../../../core';
import { useClient, useLive } from '../../app-context';
import { useKept } from '../../failed';
import { useModels } from '../../models/use-models';
import { useEventCallback } from '../../use-event-callback';

const NONE: GivenFile[] = [];

export interface Given {
  files: GivenFile[];
  add: (files: readonly File[]) => void;
  remove: (id: string) => void;
  onPaste: (event: ClipboardEvent) => void;
  /** The model's name, where it cannot see what it would be shown. */
  blind?: string;
  /** They cannot go as they are. */
  isBlocked: boolean;
  /** What a message goes with: it leaves the draft when that is durable. */
  take: () => Promise<FilePart[]>;
  leave: (files: FilePart[]) => Promise<void>;
}

/** The files of a draft. They are durable, and move with it. */
export function useGiven(draftKey: string, model: string): Given {
  const client = useClient();
  const isKept = useKept();
  const files = useLive(({ files }) => files.of(draftKey), [draftKey]) ?? NONE;
  const blind = useBlind(files, model);
  useMoved(draftKey);
  const add = useEventCallback((given: readonly File[]) => {
    if (given.length > 0) void isKept(client.files.add(draftKey, given));
  });
  return {
    files,
    add,
    blind,
    isBlocked: blind !== undefined || files.some(({ problem }) => problem !== undefined),
    remove: (id) => void isKept(client.files.remove(id)),
    onPaste: (event) => {
      const pasted = [...event.clipboardData.files];
      if (pasted.length === 0 || event.clipboardData.types.includes('text/plain')) return;
      event.preventDefault();
      add(pasted);
    },
    take: () => client.files.take(draftKey),
    leave: async (taken) => {
      if (taken.length > 0) await client.files.leave(taken.map(({ id }) => id));
    },
  };
}

/** What is not known of a model is no reason to refuse it. */
function useBlind(files: readonly GivenFile[], model: string): string | undefined {
  const { find, answering, labelOf } = useModels();
  const name = answering(model);
  const hasPictures = files.some(({ type, part }) => (part?.media_type ?? type).startsWith('image/'));
  const able = find(name)?.capabilities ?? [];
  return hasPictures && able.length > 0 && !able.includes('vision') ? labelOf(name) : undefined;
}

/** A conversation that begins takes along what is to be sent. */
function useMoved(draftKey: string) {
  const client = useClient();
  const [before, setBefore] = useState(draftKey);
  useLayoutEffect(() => {
    if (before === draftKey) return;
    setBefore(draftKey);
    void client.files.move(before, draftKey);
  }, [client, before, draftKey]);
}
