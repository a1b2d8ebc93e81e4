import type { KeyboardEvent as ReactKeyboardEvent } from 'react';
import { useEffect } from 'react';
import { useEventCallback } from './use-event-callback';

export const onMac = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Whether an input method has the key: Safari says 229 even after the composition, of the Enter or Escape that ended it. */
export const isComposing = (event: KeyboardEvent) => event.isComposing || event.keyCode === 229;

/** What lies over the page and has its own keys and focus while it is there. */
const LAYERS = '[role="dialog"], [role="alertdialog"], [role="menu"]';

export const isLayerOpen = () => document.querySelector(LAYERS) !== null;

export const isInLayer = (target: EventTarget | null) => target instanceof Element && target.closest(LAYERS) !== null;

/** The modifiers that are held, in this order, as in `Ctrl+Shift`. AltGr, which types characters, is not Alt. */
export function modifiersOf(event: KeyboardEvent): string {
  const held = { Ctrl: event.ctrlKey, Meta: event.metaKey, Alt: event.altKey, Shift: event.shiftKey };
  const names = Object.entries(held).flatMap(([name, down]) => (down ? name : []));
  return [...names, ...(event.getModifierState('AltGraph') ? ['AltGraph'] : [])].join('+');
}

/** The letter of a key, on keyboards of other alphabets the one that is printed beside theirs. */
export function letterOf({ key, code }: KeyboardEvent): string | undefined {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase();
}

export const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/**
 * Keys of an input method reach nobody but the browser: no handler of ours, of a dialog or of a menu, now or later. It is
 * held at the window, on the way down, where everybody else comes after.
 */
export function useInputMethodGate(): void {
  useEffect(() => {
    const hold = (event: KeyboardEvent) => {
      if (!isComposing(event)) return;
      event.stopImmediatePropagation();
      // In a field of one line the browser itself acts on them: Enter sends its form, Escape empties a search.
      const acts = event.key === 'Enter' || event.key === 'Escape';
      if (acts && event.target instanceof HTMLInputElement) event.preventDefault();
    };
    window.addEventListener('keydown', hold, true);
    return () => window.removeEventListener('keydown', hold, true);
  }, []);
}

/** Escape, wherever on the page, when nothing over the page and nothing being written had a use for it. */
export function useEscape(action: (() => void) | undefined): void {
  const act = useEventCallback(() => action?.());
  const wanted = action !== undefined;
  useEffect(() => {
    if (!wanted) return;
    let free = false;
    let tooltip = false; // takes Escape as a dialog does, and is not worth a second one
    const before = () => {
      free = !isLayerOpen();
      tooltip = document.querySelector('[role="tooltip"]') !== null;
    };
    const after = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || modifiersOf(event) || !free) return;
      if (!event.defaultPrevented || tooltip) act();
    };
    window.addEventListener('keydown', before, true);
    window.addEventListener('keydown', after);
    return () => {
      window.removeEventListener('keydown', before, true);
      window.removeEventListener('keydown', after);
    };
  }, [act, wanted]);
}

/** For a form in its place: Escape leaves it, and Enter held with Ctrl or ⌘ sends it. */
export function formKeys(leave: () => void, send: () => void) {
  return (event: ReactKeyboardEvent) => {
    const held = modifiersOf(event.nativeEvent);
    if (event.key === 'Escape') leave();
    else if (event.key === 'Enter' && (held === 'Ctrl' || held === 'Meta')) send();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
