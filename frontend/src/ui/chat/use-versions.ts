import { useMemo, useState } from 'react';
import type { MessageRow } from '../../core';
import { arrange, type Choices, choicesTo } from './arrange';

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

/** The path through the conversation, and the choice of another one, which this browser remembers. */
export function useVersions(conversationId: string, messages: MessageRow[], sought: string | null) {
  const [choices, setChoices] = useState(() => read(conversationId));
  const [led, setLed] = useState<string | null>(null);
  const found = sought !== led && messages.some((message) => message.message_id === sought);
  if (found && sought) {
    setLed(sought);
    setChoices({ ...choices, ...choicesTo(messages, sought) });
  }
  const rows = useMemo(() => arrange(messages, choices), [messages, choices]);

  function change(next: Choices) {
    setChoices(next);
    write(conversationId, next);
  }

  function choose(turn: string, shown: string) {
    const newest = rows.find((row) => row.turn === turn)?.newest;
    if (newest !== undefined) change({ ...choices, [turn]: { shown, newest } });
  }

  return {
    rows,
    choose,
    showNewest: () => change({}),
  };
}
