import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { toast } from 'sonner';
import { dayOf } from '../../core';
import { useClient } from '../app-context';
import { isLayerOpen, letterOf, modifiersOf } from '../keys';
import { IconButton } from '../kit/Button';
import { useHits } from '../shell/use-found';
import { useText } from '../text/text';
import { useChoice } from '../use-choice';
import { useFoundInSight } from './use-found-in-sight';

const MOST = 100;

interface Props {
  conversationId: string;
  onClose: () => void;
}

/** Finds in the whole conversation, also in what is not loaded: the browser sees only what is drawn. */
export function FindBar({ conversationId, onClose }: Props) {
  const { finding: t, close } = useText();
  const [words, setWords] = useState('');
  const [, setSearch] = useSearchParams();
  const { found, end } = useMatches(words, conversationId);
  const { at, isChosen, choose, step } = useChoice(
    found.map(({ message_id }) => message_id),
    -1,
  );
  const box = useRef<HTMLInputElement>(null);
  useFoundInSight(words, found[at]?.message_id);
  useFocusBack(box);

  /** From what was said last. */
  function go(by: 1 | -1) {
    const message = isChosen ? step(by) : choose(-1);
    if (message !== undefined) setSearch({ message }, { replace: true });
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && event.target === box.current) go(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const count = `${found.length}${end?.more ? '+' : ''}`;
  const matches = end || found.length ? t.matches(count) : t.searching;
  const said = words.trim() && (at < 0 ? matches : t.nth(at + 1, count));
  return (
    <search
      onKeyDown={onKeyDown}
      className="flex flex-wrap items-center gap-1 border-line border-b px-4 py-1.5 text-sm"
    >
      <input
        ref={box}
        aria-label={t.findHere}
        placeholder={t.findHere}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          choose();
        }}
        className="h-10 min-w-24 flex-1 bg-transparent text-[16px] outline-none"
      />
      <output aria-live="polite" className="text-ink-3 text-xs tabular-nums">
        {said} {end?.offline && t.offline} {end?.failure && t.failed(end.failure.message)}
      </output>
      <Steps disabled={!found.length} onStep={go} />
      <DayBox conversationId={conversationId} />
      <IconButton label={close} onClick={onClose}>
        <X />
      </IconButton>
    </search>
  );
}

/** In the order in which it was said. */
function useMatches(words: string, conversationId: string) {
  const { hits, end } = useHits(
    useMemo(() => ({ words, conversationId }), [words, conversationId]),
    MOST,
  );
  const found = useMemo(() => (words.trim() ? [...hits].sort((a, b) => a.seq - b.seq) : []), [hits, words]);
  return { found, end };
}

function Steps({ disabled, onStep }: { disabled: boolean; onStep: (by: 1 | -1) => void }) {
  const { finding: t } = useText();
  return (
    <>
      <IconButton label={t.previous} disabled={disabled} onClick={() => onStep(-1)}>
        <ChevronUp />
      </IconButton>
      <IconButton label={t.next} disabled={disabled} onClick={() => onStep(1)}>
        <ChevronDown />
      </IconButton>
    </>
  );
}

/** Goes to what was said first on a day of the reader's, or after it. */
function DayBox({ conversationId }: { conversationId: string }) {
  const { finding: t } = useText();
  const client = useClient();
  const [, setSearch] = useSearchParams();

  async function go(value: string) {
    const day = dayOf(value);
    if (day === undefined) return;
    const message = await client.firstSince(conversationId, day.toISOString());
    if (message) setSearch({ message }, { replace: true });
    else toast(t.nothingSince);
  }

  return (
    <label className="flex items-center gap-1 text-ink-3 text-xs max-sm:order-last max-sm:w-full max-sm:justify-between">
      {t.toDay}
      <input
        type="date"
        onChange={(event) => void go(event.target.value)}
        className="h-10 rounded-s bg-transparent px-2 text-ink-2 text-sm"
      />
    </label>
  );
}

/** What had the focus has it again afterwards. */
function useFocusBack(box: { current: HTMLInputElement | null }) {
  useEffect(() => {
    const before = document.activeElement;
    box.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [box]);
}

/** Who came here to find something, from a menu. */
export function useAskedToFind(open: () => void) {
  const { key, state } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: who comes once more asks once more.
  useEffect(() => {
    if (state?.find) open();
  }, [key, state, open]);
}

/** Ctrl-F opens it; once more, and the browser's own takes over. */
export function useFindKey(open: () => void) {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      const isFind = /^(Ctrl|Meta)$/.test(modifiersOf(event)) && letterOf(event) === 'f';
      if (!isFind || isLayerOpen() || document.activeElement?.closest('search')) return;
      event.preventDefault();
      document.querySelector<HTMLElement>('search input')?.focus();
      open();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [open]);
}
