/** Where a person goes on when what had the focus is gone: a message was deleted, a button did its work, a page was left. */

/** Of the focus, in the page itself: dialogs, menus and toasts come and go. */
export interface Place {
  element: HTMLElement;
  /** The message that it is part of. */
  message: HTMLElement | null;
  /** Other messages or rows of its list, the nearest first. */
  after: HTMLElement[];
  before: HTMLElement[];
}

const ROW = 'article, li, [role="listitem"]';
const CONTROL = 'a[href], button, input, textarea, select, [tabindex]';

export function placeOf(element: HTMLElement): Place {
  const own = element.closest<HTMLElement>(ROW);
  const all = [...(element.closest('main, nav')?.querySelectorAll<HTMLElement>(ROW) ?? [])];
  const others = own ? all.filter((row) => !row.contains(element) && !row.parentElement?.closest('article')) : [];
  const follows = (row: HTMLElement) =>
    Boolean(element.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
  return {
    element,
    message: element.closest('article'),
    after: others.filter(follows),
    before: others.filter((row) => !follows(row)).reverse(),
  };
}

export function canHaveFocus(element: HTMLElement | null): element is HTMLElement {
  return Boolean(
    element?.isConnected && !element.matches(':disabled, [hidden] *') && element.checkVisibility?.() !== false,
  );
}

/** The same again, else its message, else the next of its kind, else the one before; nothing when all are gone. */
export function nearest({ element, message, after, before }: Place): HTMLElement | undefined {
  const rows = [...after, ...before].map((row) =>
    row.matches('article') ? row : row.querySelector<HTMLElement>(CONTROL),
  );
  return [element, message, ...rows].find(canHaveFocus);
}

/** Where a page begins: its composer, but not where that brings up a keyboard; else its title. */
export function startOf(page: HTMLElement): HTMLElement {
  const touch = matchMedia('(pointer: coarse)').matches;
  const composer = touch ? null : page.querySelector<HTMLElement>('[data-composer]');
  const start = [composer, page.querySelector<HTMLElement>('h1')].find(canHaveFocus) ?? page;
  if (start.tabIndex < 0) start.tabIndex = -1;
  return start;
}
