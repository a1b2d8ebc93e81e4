import { render, screen } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TooltipProvider } from '../../kit/Tooltip';
import { isSafeImage, isSafeLink } from './addresses';
import { MarkdownText } from './MarkdownText';

const show = (text: string, streaming = false) =>
  render(<MarkdownText messageId="m1" text={text} streaming={streaming} />, { wrapper: TooltipProvider }).container;

const FORBIDDEN = 'script, iframe, object, embed, style, link, meta, form, svg, video, audio, base';

/** Every address in the page that could be followed or fetched. */
function addresses(container: Element): { links: string[]; images: string[] } {
  const all = (selector: string, name: string) =>
    [...container.querySelectorAll(selector)].map((element) => element.getAttribute(name) ?? '');
  return { links: all('[href]', 'href'), images: all('img', 'src') };
}

function handlers(container: Element): string[] {
  return [...container.querySelectorAll('*')].flatMap((element) =>
    element.getAttributeNames().filter((name) => name.startsWith('on')),
  );
}

describe('Markdown from a model', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<iframe src="https://evil.example"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '<svg onload=alert(1)>',
    '<details open ontoggle=alert(1)>',
    '<style>body{display:none}</style>',
  ])('shows raw HTML as text: %s', (html) => {
    const container = show(`Before\n\n${html}\n\nafter ${html}`);
    expect(container.querySelector(FORBIDDEN)).toBeNull();
    expect(container.querySelector('img, details')).toBeNull();
    expect(handlers(container)).toEqual([]);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    'vbscript:x',
    'data:text/html,<b>x',
    'file:///etc/passwd',
    '//evil.example',
    '/\\evil.example',
    'blob:http://x/1',
  ])('makes no link of %s', (address) => {
    expect(isSafeLink(address)).toBe(false);
    expect(
      addresses(show(`[press](${address}) [press][r]\n\n[r]: ${address}`)).links.filter((href) => !isSafeLink(href)),
    ).toEqual([]);
  });

  it('opens links to the web in a new tab that knows nothing of this one', () => {
    show('[tea](https://example.org/tea)');
    const link = screen.getByRole('link', { name: 'tea' });
    expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
    expect(link).toHaveAttribute('target', '_blank');
  });

  it('fetches no image from elsewhere, and says so', () => {
    const container = show('![a cat](https://tracker.example/pixel.png?you)');
    expect(container.querySelector('img')).toBeNull();
    expect(container).toHaveTextContent('Image not loaded: a cat');
  });

  it('shows images of this site and those inside the message', () => {
    const inside = 'data:image/png;base64,iVBORw0KGgo=';
    expect(addresses(show(`![a](/files/a.png) ![b](${inside})`)).images).toEqual(['/files/a.png', inside]);
  });

  it('keeps the text between two lines of dashes', () => {
    expect(show('---\ntitle: not lost\n---\n\nHello')).toHaveTextContent('title: not lost');
  });

  it('gives headings ids that belong to their message', () => {
    expect(show('# Root').querySelector('h1')?.id).toMatch(/^m1-/);
  });

  it('names the language of a code block and offers to copy it', () => {
    show('```python\nprint(1)\n```');
    expect(screen.getByText('python')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Copy code' })).toBeVisible();
  });

  it('stays safe for any text, whole or cut', () => {
    const piece = fc.constantFrom(
      '[a](',
      '![b](',
      'javascript:',
      'https://e.x',
      '//e.x',
      ')',
      '<',
      '>',
      '<img src=',
      ' onerror=x',
      '<script>',
      '</',
      '`',
      '```\n',
      '\n\n',
      '# ',
      '| a |\n|-|\n',
      'data:text/html,',
      '[r]: ',
      '"',
      "'",
      '*',
      '<a href=',
      '&#x6a;avascript:',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, streaming) => {
        const { container, unmount } = render(
          <MarkdownText messageId="m1" text={pieces.join('')} streaming={streaming} />,
          { wrapper: TooltipProvider },
        );
        const { links, images } = addresses(container);
        expect(container.querySelector(FORBIDDEN.replace(', svg', ''))).toBeNull();
        expect(handlers(container)).toEqual([]);
        expect(links.every(isSafeLink)).toBe(true);
        expect(images.every(isSafeImage)).toBe(true);
        unmount();
      }),
      { numRuns: 300 },
    );
  });
});
