import { expect, it } from 'vitest';
import { Drawing } from './draw';

function drawn(text: string): HTMLElement {
  const host = document.createElement('div');
  new Drawing(host, 'Image not loaded').show(text);
  return host;
}

it('shows what Markdown says', () => {
  const host = drawn(
    '# Ferns\n\nIn **deep** `shade`:\n\n3. moss\n4. stone\n\n```js\nif (a < b) {}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |',
  );
  expect(host.querySelector('h2')?.textContent).toBe('Ferns');
  expect(host.querySelector('strong')?.textContent).toBe('deep');
  expect(host.querySelector('ol')?.getAttribute('start')).toBe('3');
  expect(host.querySelector('pre code')?.textContent).toBe('if (a < b) {}\n');
  expect(host.querySelectorAll('td')).toHaveLength(2);
});

it('makes no element of HTML, loads no image, and links to the web and to mail alone', () => {
  const host = drawn(
    '<img src=x onerror=alert(1)> ![cat](https://a.example/cat.png) ![dot](data:image/png;base64,AA==) ' +
      '[web](https://a.example) [mail](mailto:a@b.example) [here](/api/v2/locrits) [no](javascript:alert(1))',
  );
  expect(host.querySelector('img, script, iframe')).toBeNull();
  expect([...host.querySelectorAll('a')].map((a) => a.getAttribute('href'))).toEqual([
    'https://a.example/cat.png',
    'https://a.example',
    'mailto:a@b.example',
  ]);
  expect(host.textContent).toContain('<img src=x onerror=alert(1)>');
  expect(host.textContent).toContain('Image not loaded: cat');
});

it('keeps what was drawn while the rest is written, and shows no thoughts', () => {
  const host = document.createElement('div');
  const drawing = new Drawing(host, '');
  drawing.show('<think>Hm.', true);
  expect(host.textContent).toBe('');
  drawing.show('<think>Hm.</think>\n\nOne.\n\nTwo.\n\nThree', true);
  const first = host.firstChild;
  drawing.show('<think>Hm.</think>\n\nOne.\n\nTwo.\n\nThree and **four**.');
  expect(host.firstChild).toBe(first);
  expect(host.querySelectorAll('p')).toHaveLength(3);
  expect(host.querySelector('strong')?.textContent).toBe('four');
});
