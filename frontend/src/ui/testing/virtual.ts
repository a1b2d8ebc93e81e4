import { WIDE } from '../shell/use-is-wide';

const VIEW_PX = 600;
const ROW_PX = 100;

const isScroller = (element: Element) => element.getAttribute('role') === 'log';

function define(prototype: object, name: string, get: (element: HTMLElement) => number): void {
  Object.defineProperty(prototype, name, {
    configurable: true,
    get(this: HTMLElement) {
      return get(this);
    },
  });
}

/** jsdom has no layout, and the virtual list shows what is in sight: here is a window of six rows. */
export function giveLayout(): void {
  const height = (element: Element) => (isScroller(element) ? VIEW_PX : ROW_PX);
  define(HTMLElement.prototype, 'offsetHeight', height);
  define(HTMLElement.prototype, 'offsetWidth', () => 800);
  define(Element.prototype, 'clientHeight', height);
  define(
    Element.prototype,
    'scrollHeight',
    (element) =>
      Number.parseFloat((element.firstElementChild as HTMLElement | null)?.style.height ?? '') || height(element),
  );
  Element.prototype.scrollTo = function scrollTo(this: Element, to?: ScrollToOptions | number) {
    this.scrollTop = typeof to === 'object' ? (to.top ?? 0) : 0;
    this.dispatchEvent(new Event('scroll'));
  } as Element['scrollTo'];
  window.matchMedia = (query) =>
    ({
      matches: query.includes('fine') || query === WIDE,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }) as unknown as MediaQueryList;
  Element.prototype.hasPointerCapture ??= () => false;
  window.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
}
