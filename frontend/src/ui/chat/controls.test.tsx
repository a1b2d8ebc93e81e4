import { fireEvent } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTalk, type Talk } from '../../../tests/talk';
import { OF_MENU, STATES, type State } from '../../../tests/talk-states';
import { giveLayout } from '../testing/virtual';

const PATIENT = { timeout: 30_000, interval: 20 };
const MORE = 'More about this message';
const main = () => document.querySelector('main') as HTMLElement;
const nameOf = (button: Element) => button.getAttribute('aria-label') || (button.textContent ?? '');
const inMenu = () => [...document.querySelectorAll<HTMLElement>('[role=menuitem]')];
/** Without the words that explain it. */
const labelOf = (item: Element) =>
  [...item.querySelectorAll('[id]')].reduce(
    (text, hint) => text.replace(hint.textContent ?? '', ''),
    item.textContent ?? '',
  );

function articleOf(message: string): Element | undefined {
  const all = [...document.querySelectorAll('article')];
  return all.find((each) => each.dataset.messageId === message || each.textContent?.includes(message));
}

/** About this message, or about the conversation as a whole. */
function buttons(message: string): HTMLElement[] {
  const all = [...main().querySelectorAll<HTMLElement>('button, a')];
  const about = (each: Element) => [null, articleOf(message)].includes(each.closest('article') ?? null);
  const elsewhere =
    'header *, [title], output *, [aria-disabled], [aria-label=Send], [aria-label^="Send after"], [aria-label="Attach files"]';
  return all.filter((each) => about(each) && !each.matches(elsewhere));
}

const button = (message: string, name: string) => buttons(message).find((each) => nameOf(each) === name) as HTMLElement;

async function openMenu(message: string): Promise<HTMLElement[]> {
  if (!button(message, MORE)) return [];
  fireEvent.click(button(message, MORE));
  return vi.waitUntil(() => inMenu().length > 0 && inMenu(), PATIENT);
}

/** `watch` is called when all that is left is to press it. */
async function press(message: string, name: string, watch?: () => void): Promise<void> {
  const shown = button(message, name);
  const item = shown ?? (await openMenu(message)).find((each) => labelOf(each) === name);
  watch?.();
  fireEvent.click(item);
  if (shown) return;
  await vi.waitUntil(() => inMenu().length === 0, PATIENT);
}

/** What there is to read on the page, and to press; without the line that says how much waits in all. */
function seen(places = 'main, [role=dialog], [role=alertdialog]'): string {
  const parts = [...document.querySelectorAll(places)].map((place) => place.cloneNode(true) as Element);
  for (const each of parts.flatMap((part) => [...part.querySelectorAll('header, output')])) each.remove();
  const marks = parts.flatMap((part) => [...part.querySelectorAll('[aria-label], [data-save-state]')]);
  const names = marks.map((mark) => mark.getAttribute('data-save-state') ?? mark.getAttribute('aria-label'));
  return [...parts.map((part) => part.textContent), ...names].join('\n');
}

/** Tells whether that has changed since, were it but for a moment. */
function watched(places?: string): () => boolean {
  const before = seen(places);
  let changed = false;
  const observer = new MutationObserver(() => {
    changed ||= seen(places) !== before;
    if (changed) observer.disconnect();
  });
  observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
  return () => changed;
}

const TOASTS = '[data-sonner-toast]';

let talk: Talk | undefined;
const close = async () => {
  talk?.close();
  talk = undefined;
};

/** When the message is in its state. */
async function open({ prepare, act, of, controls }: State): Promise<void> {
  close();
  talk = await openTalk(prepare);
  await vi.waitUntil(() => main().querySelector('article'), PATIENT);
  await act?.({ ...talk, press });
  const shown = () =>
    buttons(of)
      .map(nameOf)
      .filter((name) => name !== MORE);
  const wanted = controls.filter((name) => !OF_MENU.includes(name));
  await vi.waitFor(() => expect(shown()).toEqual(wanted), PATIENT);
}

async function controlsOf(message: string): Promise<string[]> {
  const shown = buttons(message).map(nameOf);
  const items = (await openMenu(message)).map(labelOf);
  return shown.flatMap((name) => (name === MORE ? items : name));
}

beforeAll(() => {
  giveLayout();
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: async () => {} }, configurable: true });
});
afterEach(close);

/** These only open something or copy, whatever state the message is in: once with the server and once without is enough. */
const ALIKE = ['Copy', 'Edit', ...OF_MENU].filter((name) => name !== 'Delete');
const pressed = new Set<string>();

describe('of all that can be pressed about a message, nothing does nothing:', () => {
  it.each(Object.entries(STATES))('%s', async (_, state) => {
    await open(state);
    await vi.waitFor(async () => expect(await controlsOf(state.of)).toEqual(state.controls), PATIENT);
    const line = talk?.client.connection.get().state;
    const fresh = (control: string) => !ALIKE.includes(control) || !pressed.has(`${control} ${line}`);
    for (const control of new Set(state.controls.filter(fresh))) {
      pressed.add(`${control} ${line}`);
      await open(state);
      const places = control.startsWith('Copy as') ? TOASTS : undefined;
      let changed = () => false;
      await press(state.of, control, () => {
        changed = watched(places);
      });
      await vi.waitFor(() => expect(changed(), control).toBe(true), PATIENT);
    }
  });
});
