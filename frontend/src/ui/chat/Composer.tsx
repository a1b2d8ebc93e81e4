import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useClient } from '../app-context';
import { modifiersOf } from '../keys';
import { cx } from '../kit/cx';
import { Tooltip } from '../kit/Tooltip';
import { useText } from '../text/text';
import { isKept } from './kept';
import { StatusLine } from './StatusLine';

const MAX_HEIGHT_PX = 240;

interface Props {
  /** What the draft is kept under; the conversation's id, or a name for a conversation that has not begun. */
  draftKey: string;
  name: string;
  running: boolean;
  disabled?: boolean;
  onSend: (text: string) => Promise<void>;
  onStop: () => void;
  onEditLast?: () => void;
  /** Text to begin with, chosen elsewhere. */
  suggestion?: string;
}

export function Composer({ draftKey, name, running, disabled, onSend, onStop, onEditLast, suggestion }: Props) {
  const t = useText();
  const client = useClient();
  const [text, setText] = useState(() => client.draft(draftKey));
  const area = useAutosize(text);

  useEffect(() => {
    if (suggestion) setText(suggestion);
    if (matchMedia('(pointer: fine)').matches || suggestion) area.current?.focus();
  }, [suggestion, area]);

  function change(value: string) {
    setText(value);
    client.saveDraft(draftKey, value);
  }

  async function send() {
    const message = text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd(); // the first line keeps its indentation
    if (!message || running || disabled) return;
    setText('');
    const kept = await isKept(onSend(message));
    const since = area.current?.value ?? '';
    // What was typed meanwhile stays, and so does what could not be kept.
    if (kept) client.saveDraft(draftKey, since);
    else change([message, since].filter(Boolean).join('\n'));
  }

  function onKeyDown(event: KeyboardEvent) {
    const held = modifiersOf(event.nativeEvent);
    const touch = matchMedia('(pointer: coarse)').matches;
    if (event.key === 'Enter' && (held === 'Ctrl' || held === 'Meta' || (held === '' && !touch))) {
      event.preventDefault();
      void send();
    } else if (event.key === 'ArrowUp' && held === '' && !text && onEditLast) {
      event.preventDefault();
      onEditLast();
    }
  }

  return (
    <div className="column shrink-0 pb-[max(8px,env(safe-area-inset-bottom))]">
      <form
        className={cx(
          'flex items-end gap-2 rounded-l border border-line-strong bg-raised py-1.5 pr-1.5 pl-4 shadow-low transition-colors',
          'focus-within:border-accent focus-within:ring-3 focus-within:ring-accent-soft',
        )}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <textarea
          ref={area}
          data-composer
          rows={1}
          dir="auto"
          value={text}
          disabled={disabled}
          aria-label={t.chat.ask(name)}
          placeholder={t.chat.ask(name)}
          enterKeyHint="enter"
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          className="min-h-10 flex-1 resize-none bg-transparent py-2 leading-6 outline-none disabled:opacity-50 [@media(pointer:coarse)]:text-[16px]"
          style={{ maxHeight: MAX_HEIGHT_PX }}
        />
        <SendOrStop running={running} ready={Boolean(text.trim()) && !disabled} onStop={onStop} />
      </form>
      <div className="flex h-7 items-end justify-between gap-4 px-1 text-ink-3 text-xs">
        <StatusLine />
        <span className="hidden sm:block [@media(pointer:coarse)]:hidden">{t.chat.keys}</span>
      </div>
    </div>
  );
}

function SendOrStop({ running, ready, onStop }: { running: boolean; ready: boolean; onStop: () => void }) {
  const t = useText();
  const look = 'flex size-10 shrink-0 items-center justify-center rounded-[8px] transition-colors duration-100';
  if (running)
    return (
      <Tooltip text={t.chat.stop} keys="Esc">
        <button
          type="button"
          aria-label={t.chat.stop}
          onClick={onStop}
          className={cx(look, 'bg-ink text-paper hover:opacity-85')}
        >
          <Square className="size-3.5 fill-current" />
        </button>
      </Tooltip>
    );
  return (
    <button
      type="submit"
      aria-label={t.chat.send}
      disabled={!ready}
      className={cx(look, ready ? 'bg-accent text-on-accent hover:bg-accent-strong' : 'bg-paper-3 text-ink-3')}
    >
      <ArrowUp className="size-5" />
    </button>
  );
}

function useAutosize(text: string) {
  const area = useRef<HTMLTextAreaElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, MAX_HEIGHT_PX)}px`;
  }, [text]);
  return area;
}
