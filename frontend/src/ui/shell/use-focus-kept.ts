import { type RefObject, useEffect, useRef } from 'react';
import { isLayerOpen } from '../keys';
import { canHaveFocus, nearest, type Place, placeOf, startOf } from './focus';

const TRANSIENT = '[role="dialog"], [role="alertdialog"], [role="menu"], [data-sonner-toaster]';

/** The focus never falls to the body: when what had it is gone, it goes to where a person would go on. */
export function useFocusKept(page: RefObject<HTMLElement | null>, pathname: string): void {
  const keeper = useRef<FocusKeeper>(undefined);
  const first = useRef(pathname);
  useEffect(() => {
    if (!page.current) return;
    keeper.current = new FocusKeeper(page.current);
    return () => keeper.current?.stop();
  }, [page]);
  useEffect(() => {
    if (first.current !== pathname) keeper.current?.arrive();
    first.current = pathname;
  }, [pathname]);
}

class FocusKeeper {
  private place: Place | undefined;
  /** The page has nothing yet to go on at: it has the focus itself until there is. */
  private waiting = false;
  private readonly observer = new MutationObserver(() => this.isLost() && this.soon(() => this.recover()));

  constructor(private readonly page: HTMLElement) {
    if (document.activeElement !== document.body) this.remember({ target: document.activeElement });
    document.addEventListener('focusin', this.remember);
    document.addEventListener('focusout', this.letGo);
    const attributeFilter = ['disabled', 'hidden'];
    this.observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter });
  }

  stop(): void {
    document.removeEventListener('focusin', this.remember);
    document.removeEventListener('focusout', this.letGo);
    this.observer.disconnect();
  }

  /** At another page: on from its start, unless it has taken the focus itself. */
  arrive(): void {
    this.soon(() => {
      if (isLayerOpen()) return;
      if (!this.page.contains(document.activeElement) || this.isLost()) this.begin();
    });
  }

  private readonly remember = ({ target }: Pick<FocusEvent, 'target'>) => {
    if (!(target instanceof HTMLElement)) return;
    this.waiting &&= target === this.page;
    if (!target.closest(TRANSIENT)) this.place = placeOf(target);
    else this.place ??= placeOf(this.page);
  };

  /** Who clicks beside everything wants nothing to have the focus. */
  private readonly letGo = ({ target, relatedTarget }: FocusEvent) => {
    if (relatedTarget) return; // something else has it, were it but for a moment
    this.soon(() => {
      const gone = !(target instanceof HTMLElement) || !canHaveFocus(target);
      if (!gone && !target.closest(TRANSIENT) && this.isLost()) this.place = undefined;
    });
  };

  private recover(): void {
    if (!this.isLost() || isLayerOpen()) return;
    if (this.waiting) this.begin();
    else if (this.place) this.go(this.place.element === this.page ? undefined : nearest(this.place));
  }

  private go(element: HTMLElement | undefined): void {
    if (element) element.focus({ preventScroll: true });
    else this.begin();
  }

  private begin(): void {
    const start = startOf(this.page);
    this.waiting = start === this.page;
    start.focus({ preventScroll: true });
  }

  private isLost(): boolean {
    const { activeElement } = document;
    return activeElement === null || activeElement === document.body || (this.waiting && activeElement === this.page);
  }

  /** After dialogs and menus have given the focus back. */
  private soon(action: () => void): void {
    setTimeout(action, 0);
  }
}
