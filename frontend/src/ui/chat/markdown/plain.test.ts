import { describe, expect, it } from 'vitest';
import { plainText, previewOf } from './plain';

describe('Markdown as plain text', () => {
  it.each([
    ['## What *happens*', 'What happens'],
    ['Because of its **tannins** and `aroma`.', 'Because of its tannins and aroma.'],
    ['- *Above 95 °C* it opens\n- else not', '• Above 95 °C it opens\n• else not'],
    ['See [the chemistry](https://example.org/tea).', 'See the chemistry.'],
    ['```python\nreturn 1\n```', 'return 1'],
    ['| Tea | Water |\n|---|---|\n| Green | 75 °C |', 'Tea | Water\nGreen | 75 °C'],
    ['> The best kettle', 'The best kettle'],
    ['**one \u0002minute\u0003**', 'one \u0002minute\u0003'],
    ['Water at $75\\,°C$ and \\(x^2\\)', 'Water at 75\\,°C and x^2'],
    ['$$\nE = mc^2\n$$', 'E = mc^2'],
    ['<think>Which tea?</think>\n\nGreen tea.', 'Green tea.'],
    ['A<br>B, press <kbd>Ctrl</kbd>, H<sub>2</sub>O', 'A\nB, press Ctrl, H2O'],
    ['3. three\n4. four', '3. three\n4. four'],
    ['- [x] done\n- [ ] open', '• done\n• open'],
    ['![a kettle](/kettle.png) and <https://e.org>', 'a kettle and https://e.org'],
    ['Said[^1].\n\n[^1]: By me.', 'Said[1].\n\n1. By me.'],
    ['See [tea][1].\n\n[1]: https://e.org', 'See tea.'],
    ['~~no~~ ***yes*** \\*star\\* &amp;', 'no yes *star* &'],
    ['~~~\n**code**\n~~~\n***\nafter', '**code**\n\nafter'],
    ['**注意：**这是', '注意：这是'],
  ])('reads %j as %j', (markdown, words) => expect(plainText(markdown)).toBe(words));

  it.each([
    '2 * 3 * 4',
    'snake_case_name',
    'a - b',
    '#tag',
    'C:\\dir',
    '5 > 3',
    '**open',
    'if (a == b && c < d)',
    '$5 to $10',
  ])('leaves %j alone', (text) => expect(plainText(text)).toBe(text));

  it('of a message that was cut leaves out the marks that lost their other half', () => {
    const before = 'The kettle sings. '.repeat(6);
    const cut = (text: string) => previewOf(before + text.padEnd(120 - before.length)).slice(before.length);
    expect(cut('and **boils wi')).toBe('and boils wi');
    expect(cut('`code th')).toBe('code th');
    expect(cut('[chem](https://')).toBe('[chem]');
    expect(previewOf('call **kwargs\n\n- one')).toBe('call **kwargs • one');
  });
});
