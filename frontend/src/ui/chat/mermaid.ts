/**
 * Mermaid that a model wrote, which is to say: that anyone may have written. Loaded with the first diagram. Nothing in
 * the source may change how it is drawn beyond its own shapes, and what leaves here is a picture, not a part of the page.
 */

import mermaid, { type MermaidConfig } from 'mermaid';
import type { Drawing, Drawn } from './drawing';

/** A picture of more characters than these is not for this page. */
const MAX_PICTURE_CHARS = 3_000_000;
/** What a picture can use: it has no fonts of the page. */
const FONT = 'ui-sans-serif, system-ui, sans-serif';

const configOf = (dark: boolean, maxEdges: number): MermaidConfig => ({
  startOnLoad: false,
  securityLevel: 'strict',
  secure: Object.keys(mermaid.mermaidAPI.defaultConfig),
  suppressErrorRendering: true,
  htmlLabels: false,
  flowchart: { htmlLabels: false },
  class: { htmlLabels: false },
  theme: dark ? 'dark' : 'neutral',
  darkMode: dark,
  fontFamily: FONT,
  maxEdges,
  deterministicIds: true,
  logLevel: 'fatal',
});

/** Mermaid has one configuration and one place on the page: drawings take turns. */
let last: Promise<unknown> = Promise.resolve();

export function drawMermaid(code: string, dark: boolean, maxEdges: number): Promise<Drawing> {
  const drawing = last.then(() => drawn(code, dark, maxEdges));
  last = drawing;
  return drawing;
}

/** A shape that is a picture, which would be fetched. */
const PICTURE = /@\{[^}]*\bimg\b["']?\s*:/;
/** The beginning of an element, where it is neither a line end (`<br>`) nor a stereotype (`<<interface>>`). */
const ELEMENT = /<(?=[a-z/!?])(?!br\s*\/?>)(?!(?<=<<)\w+>>)/gi;

/** With elements as words: its own way with them is to let those live that it takes for harmless, such as images. */
function inert(code: string): string {
  if (PICTURE.test(code)) throw new Error('A drawing that would load something.');
  return code.replace(ELEMENT, '#lt;');
}

async function drawn(code: string, dark: boolean, maxEdges: number): Promise<Drawing> {
  const stage = document.createElement('div');
  stage.className = 'diagram-stage';
  stage.ariaHidden = 'true';
  document.body.append(stage);
  try {
    mermaid.initialize(configOf(dark, maxEdges));
    const { svg } = await mermaid.render('diagram', inert(code), stage);
    return svg.length > MAX_PICTURE_CHARS ? { reason: 'large' } : pictureOf(svg);
  } catch (error) {
    // Its grammars throw whatever they like; only the limit on edges is told by its words.
    return { reason: /edge limit|too many edges/i.test(String(error)) ? 'large' : 'invalid' };
  } finally {
    stage.remove();
  }
}

/** As well-formed XML of a known size: an image tolerates no less. */
function pictureOf(markup: string): Drawn {
  const svg = new DOMParser().parseFromString(markup, 'text/html').querySelector('svg');
  const [, , width = 0, height = 0] =
    svg
      ?.getAttribute('viewBox')
      ?.split(/[\s,]+/)
      .map(Number) ?? [];
  if (!svg || !(width > 0) || !(height > 0)) throw new Error('A drawing without a size.');
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.style.maxWidth = '';
  const xml = new XMLSerializer().serializeToString(svg);
  return {
    src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(xml)}`,
    title: svg.querySelector(':scope > title')?.textContent ?? '',
    width: Math.ceil(width),
    height: Math.ceil(height),
  };
}
