import { render } from '@testing-library/react';
import { it } from 'vitest';
import { TooltipProvider } from '../../kit/Tooltip';
import { read } from './blocks';
import { widenOuterFences } from './fences';
import { MarkdownText } from './MarkdownText';
import { createParser } from './parser';
import { partsOf } from './reasoning';

const P = createParser();
const D: Record<string, string> = {
  '[a](': '[a]('.repeat(10000),
  '[a](<': '[a](<b'.repeat(6000),
  '*a ': '*a '.repeat(13333),
  '**a b** nest': '**a '.repeat(5000) + 'b** '.repeat(5000),
  '>': '>'.repeat(12000),
  '> ': '> '.repeat(12000) + 'a',
  '*': '*'.repeat(12000) + 'a',
  '* ': '* '.repeat(12000) + 'a',
  '- ': '- '.repeat(12000) + 'a',
  '1. ': '1. '.repeat(12000) + 'a',
  '[': '['.repeat(12000),
  '[]': '['.repeat(6000) + 'a' + ']'.repeat(6000),
  '(': '('.repeat(12000),
  '![': '![a]('.repeat(8000),
  list10k: '- a\n'.repeat(10000),
  deep: Array.from({ length: 300 }, (_, i) => ' '.repeat(i * 2) + '- a').join('\n'),
  '`': Array.from({ length: 250 }, (_, i) => '`'.repeat(i + 1)).join(' '),
  $: '$a'.repeat(10000),
  '$a$ ': '$a$ '.repeat(10000),
  '<': '<a '.repeat(10000),
  '<b>': '<b>'.repeat(10000),
  '<b></b>': '<b>'.repeat(5000) + '</b>'.repeat(5000),
  '<details>': '<details>\n'.repeat(4000),
  '<details></': '<details>\n'.repeat(2000) + '</details>\n'.repeat(2000),
  '<think>': '<think>\n'.repeat(5000),
  '```': '```\n'.repeat(10000),
  '```a': '```a\n'.repeat(10000),
  '```md': '```md\n'.repeat(3000) + '```\n'.repeat(3000),
  '|': '|'.repeat(12000),
  table: '|a|b|\n|-|-|\n' + '|1|2|\n'.repeat(6000),
  widetable: '|a'.repeat(3000) + '|\n' + '|-'.repeat(3000) + '|\n' + '|1'.repeat(3000) + '|',
  '\\': '\\'.repeat(20000),
  '\\(': '\\('.repeat(10000),
  '\\[nl': '\\[\n'.repeat(10000),
  $$nl: '$$\n'.repeat(10000) + 'x',
  begin: '\\begin{align}\n'.repeat(3000),
  '[^1]:': '[^1]: '.repeat(5000),
  '[^n]:': Array.from({ length: 3000 }, (_, i) => `[^${i}]: x[^${i}]`).join('\n'),
  '[a]:': Array.from({ length: 3000 }, (_, i) => `[a${i}]: /x`).join('\n') + '\n\n[a1]',
  _: '_a'.repeat(15000),
  __: '__a '.repeat(10000),
  '~~': '~~a '.repeat(10000),
  '~~~~': '~'.repeat(2) + 'a '.repeat(2) + '~~b'.repeat(9000),
  http: 'http://'.repeat(6000),
  'a@': 'a@b.'.repeat(10000),
  '&': '&amp;'.repeat(8000),
  long: 'word '.repeat(8000),
  nospace: 'x'.repeat(40000),
  'quote lines': '> a\n'.repeat(10000),
  nl: '\n'.repeat(40000),
  spaces: ' '.repeat(40000) + 'a',
  tabs: '\t'.repeat(20000) + 'a',
  '<!--': '<!--'.repeat(10000),
  '{{': '$' + '{'.repeat(2000) + '}'.repeat(2000) + '$',
  '{{4': '$' + '\\frac{1}{'.repeat(400) + 'x' + '}'.repeat(400) + '$',
  'C:': 'C:\\'.repeat(10000),
  setext: 'a\n'.repeat(10000) + '=',
  emoji: '👩‍👩‍👧'.repeat(4000),
  'em deep': '*a **b '.repeat(1000) + 'c** d*'.repeat(1000),
};
it('x', async () => {
  await import('./Formula');
  for (const [n, t] of Object.entries(D)) {
    let s = performance.now();
    const w = partsOf(t)
      .map((p) => widenOuterFences(p.text))
      .join('');
    const pre = performance.now() - s;
    s = performance.now();
    let err = '';
    try {
      read(P, w);
    } catch (e) {
      err = String(e).slice(0, 80);
    }
    const parse = performance.now() - s;
    s = performance.now();
    let plain = false;
    try {
      const { container, unmount } = render(<MarkdownText messageId="m" text={t} />, { wrapper: TooltipProvider });
      plain = !!container.querySelector('.markdown > .whitespace-pre-wrap');
      const drawn = performance.now() - s;
      if (pre + parse > 40 || plain || err)
        console.log(
          '!!',
          n.padEnd(12),
          'pre',
          pre | 0,
          'parse',
          parse | 0,
          'all',
          drawn | 0,
          plain ? 'PLAIN' : '',
          err,
        );
      unmount();
    } catch (e) {
      console.log('!!', n, 'THROW', String(e).slice(0, 200));
    }
  }
}, 600000);
