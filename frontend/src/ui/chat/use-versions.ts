import { useMemo, useState } from 'react';
import type { ShownMessages } from '../../core';
import { type Choices, choicesTo, lasting, type Row } from './conversation-tree';
import type { Target } from './use-target';

const keyOf = (conversationId: string) => `locrit.versions.${conversationId}`;

function read(conversationId: string): Choices {
  try {
    return JSON.parse(localStorage.getItem(keyOf(conversationId)) ?? '{}');
  } catch {
    return {}; // Storage is blocked or the value is not ours.
  }
}

function write(conversationId: string, choices: Choices): void {
  try {
    if (Object.keys(choices).length) localStorage.setItem(keyOf(conversationId), JSON.stringify(choices));
    else localStorage.removeItem(keyOf(conversationId));
  } catch {
    // Storage is blocked or full: the choice holds until the page closes.
  }
}

/**
 * The choices of the branch in sight, which this browser remembers. They lead to what is being edited, and to what was looked
 * for until another one is chosen. Far above the end nobody knows what is the newest: there every choice counts.
 */
export function useVersions(
  conversationId: string,
  { messages, atEnd }: ShownMessages,
  target: Target | null,
  editing: string | null,
) {
  const [own, setOwn] = useState(() => read(conversationId));
  const [left, setLeft] = useState<string>();
  const leads = editing ?? target?.visit;
  const goal = leads === left ? undefined : (editing ?? target?.id);
  const choices = useMemo(() => ({ ...own, ...(goal ? choicesTo(messages, goal) : {}) }), [own, goal, messages]);

  function change(next: Choices) {
    setOwn(next);
    setLeft(leads);
    write(conversationId, next);
  }

  function choose(rows: Row[], turn: string, shown: string) {
    const newest = rows.find((row) => row.turn === turn)?.newest;
    if (newest !== undefined) change({ ...choices, [turn]: { shown, newest: atEnd ? newest : null } });
  }

  return {
    choices: useMemo(() => (atEnd ? choices : lasting(choices)), [choices, atEnd]),
    choose,
    showNewest: () => change({}),
  };
}
