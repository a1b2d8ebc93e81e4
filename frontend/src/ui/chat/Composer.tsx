import { ArrowUp, ListEnd, Square } from 'lucide-react';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { FilePart } from '../../core';
import { useClient } from '../app-context';
import { useKept } from '../failed';
import { isLayerOpen, modifiersOf } from '../keys';
import { cx } from '../kit/cx';
import { Tooltip } from '../kit/Tooltip';
import { useText } from '../text/text';
import { useEventCallback } from '../use-event-callback';
import { AttachButton } from './attachments/AttachButton';
import { AttachmentBar } from './attachments/AttachmentBar';
import { DropArea } from './attachments/DropArea';
import { type Given, useGiven } from './attachments/use-given';
import { hasLongWord } from './markdown/long-words';
import { StatusLine } from './StatusLine';

const MAX_HEIGHT_PX = 240;

interface Props {
  /** What the draft is kept under; the conversation's id, or a name for a conversation that has not begun. */
  draftKey: string;
  name: string;
  disabled?: boolean;
  onSend: (text: string, files: FilePart[]) => Promise<void>;
  /** The Locrit's, as it is set. */
  model: string;
  /** While a reply runs. */
  onStop?: () => void;
  onEditLast?: () => void;
  /** Text to begin with, chosen elsewhere. */
  suggestion?: string;
  /** How full the model's window is. */
  meter?: ReactNode;
}

const FRAME = cx(
  'rounded-l border border-line-strong bg-raised px-1.5 py-1.5 shadow-low transition-colors',
  'focus-within:border-accent focus-within:ring-3 focus-within:ring-accent-soft',
);

export function Composer({ draftKey, name, model, disabled, onSend, onStop, onEditLast, suggestion, meter }: Props) {
  const t = useText();
  const client = useClient();
  const [text, setText] = useState(() => client.draft(draftKey));
  const area = useAutosize(text);
  useMovedDraft(draftKey, text);
  const given = useGiven(draftKey, model);
  const hasFiles = given.files.length > 0;
  const saysSomething = Boolean(text.trim()) || hasFiles;

  useSuggestion(suggestion, setText, area);
  const change = useEventCallback((value: string) => {
    setText(value);
    client.saveDraft(draftKey, value); // under the newest key: a conversation that begins has one of its own
  });

  const send = useSend({ area, text, given, disabled: disabled || given.isBlocked, onSend, change });
  const onKeyDown = keysOf(send, text ? undefined : onEditLast);

  return (
    <div className="column shrink-0 pb-[max(8px,env(safe-area-inset-bottom))]">
      <DropArea disabled={disabled} onFiles={given.add} />
      <form
        className={FRAME}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <AttachmentBar given={given} name={name} />
        <div className="flex items-end gap-1">
          <AttachButton disabled={disabled} onFiles={given.add} />
          <Words
            area={area}
            text={text}
            label={t.chat.ask(name)}
            hint={hasFiles ? t.files.ask : undefined}
            disabled={disabled}
            onChange={change}
            onKeyDown={onKeyDown}
            onPaste={given.onPaste}
          />
          {onStop && <StopButton onStop={onStop} />}
          {(!onStop || saysSomething) && (
            <SendButton waits={onStop !== undefined} ready={saysSomething && !disabled && !given.isBlocked} />
          )}
        </div>
      </form>
      <Below meter={meter} />
    </div>
  );
}

function useSuggestion(
  suggestion: string | undefined,
  setText: (text: string) => void,
  area: RefObject<HTMLTextAreaElement | null>,
) {
  useEffect(() => {
    if (suggestion) setText(suggestion);
    if (isLayerOpen()) return; // a person was quicker than the page
    if (matchMedia('(pointer: fine)').matches || suggestion) area.current?.focus();
  }, [suggestion, setText, area]);
}

function Below({ meter }: Pick<Props, 'meter'>) {
  const t = useText();
  return (
    <div className="@container flex min-h-7 items-end pt-1 justify-between gap-4 px-1 text-ink-3 text-xs">
      <StatusLine wraps />
      <span className="ml-auto shrink-0">{meter}</span>
      <span className="hidden @xl:block shrink-0 [@media(pointer:coarse)]:hidden">{t.chat.keys}</span>
    </div>
  );
}

interface Sending extends Pick<Props, 'disabled' | 'onSend'> {
  area: RefObject<HTMLTextAreaElement | null>;
  text: string;
  /** They go with the words, or without any. */
  given: Given;
  change: (value: string) => void;
}

/** Enter sends where there is a keyboard, Ctrl or Cmd and Enter anywhere; the arrow up edits what was said last. */
function keysOf(send: () => unknown, onEditLast?: () => void) {
  return (event: KeyboardEvent) => {
    const held = modifiersOf(event.nativeEvent);
    const touch = matchMedia('(pointer: coarse)').matches;
    if (event.key === 'Enter' && (held === 'Ctrl' || held === 'Meta' || (held === '' && !touch))) {
      event.preventDefault();
      void send();
    } else if (event.key === 'ArrowUp' && held === '' && onEditLast) {
      event.preventDefault();
      onEditLast();
    }
  };
}

/** The words leave the box when they are durable; what is typed meanwhile stays, and may go after them. */
function useSend({ area, text, given, disabled, onSend, change }: Sending) {
  const isKept = useKept();
  const sending = useRef({ busy: false, again: false });
  const say = async (message: string) => {
    const files = await given.take();
    await onSend(message, files);
    await given.leave(files);
  };
  return async () => {
    if (sending.current.busy) sending.current.again = true;
    if (sending.current.busy || disabled) return;
    sending.current.busy = true;
    try {
      let said = text;
      let isGiven = given.files.length > 0;
      do {
        sending.current.again = false;
        const message = said.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd(); // the first line keeps its indentation
        if (!(message || isGiven) || !(await isKept(say(message)))) return;
        isGiven = false;
        const now = area.current?.value ?? '';
        const rest = now.startsWith(said) ? now.slice(said.length) : now;
        change(rest);
        said = rest;
      } while (sending.current.again);
    } finally {
      sending.current.busy = false;
    }
  };
}

interface WordsProps {
  area: RefObject<HTMLTextAreaElement | null>;
  text: string;
  label: string;
  /** In place of the label, while there are no words. */
  hint?: string;
  disabled?: boolean;
  onChange: (value: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onPaste: (event: ClipboardEvent) => void;
}

function Words({ area, text, label, hint, disabled, onChange, onKeyDown, onPaste }: WordsProps) {
  return (
    <textarea
      ref={area}
      data-composer
      rows={1}
      dir="auto"
      value={text}
      disabled={disabled}
      aria-label={label}
      placeholder={hint ?? label}
      enterKeyHint="enter"
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
      onPaste={onPaste}
      className={cx(
        'min-h-10 flex-1 resize-none bg-transparent py-2 leading-6 outline-none disabled:opacity-50 [@media(pointer:coarse)]:text-[16px]',
        hasLongWord(text) && 'unkerned',
      )}
      style={{ maxHeight: MAX_HEIGHT_PX }}
    />
  );
}

const BUTTON = 'flex size-10 shrink-0 items-center justify-center rounded-[8px] transition-colors duration-100';

function StopButton({ onStop }: { onStop: () => void }) {
  const t = useText();
  return (
    <Tooltip text={t.chat.stop} keys="Esc">
      <button
        type="button"
        aria-label={t.chat.stop}
        onClick={onStop}
        className={cx(BUTTON, 'bg-ink text-paper hover:opacity-85')}
      >
        <Square className="size-3.5 fill-current" />
      </button>
    </Tooltip>
  );
}

/** `waits`: what is sent now goes when the reply has ended. */
function SendButton({ waits, ready }: { waits: boolean; ready: boolean }) {
  const t = useText();
  const label = waits ? t.typed.queue : t.chat.send;
  return (
    <Tooltip text={label} keys="↵">
      <button
        type="submit"
        aria-label={label}
        disabled={!ready}
        className={cx(BUTTON, ready ? 'bg-accent text-on-accent hover:bg-accent-strong' : 'bg-paper-3 text-ink-3')}
      >
        {waits ? <ListEnd className="size-5" /> : <ArrowUp className="size-5" />}
      </button>
    </Tooltip>
  );
}

/** A conversation that begins takes along what is being typed. */
function useMovedDraft(draftKey: string, text: string) {
  const client = useClient();
  const [before, setBefore] = useState(draftKey);
  useLayoutEffect(() => {
    if (before === draftKey) return;
    setBefore(draftKey);
    client.saveDraft(before, '');
    client.saveDraft(draftKey, text);
  }, [client, before, draftKey, text]);
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
