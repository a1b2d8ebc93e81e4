import { describe, expect, it } from 'vitest';
import { plainText } from './plain';

describe('Markdown as plain text', () => {
  it.each([
    ['## What *happens*', 'What happens'],
    ['Because of its **tannins** and `aroma`.', 'Because of its tannins and aroma.'],
    ['- *Above 95 °C* it opens\n- else not', '• Above 95 °C it opens\n• else not'],
    ['See [the chemistry](https://example.org/tea).', 'See the chemistry.'],
    ['```python\nreturn 1\n```', 'return 1'],
    ['| Tea | Water |\n|---|---|\n| Green | 75 °C |', 'Tea | Water\n\nGreen | 75 °C'],
    ['> The best kettle', 'The best kettle'],
    ['**one \u0002minute\u0003**', 'one \u0002minute\u0003'],
  ])('reads %j as %j', (markdown, words) => expect(plainText(markdown)).toBe(words));

  it.each(['2 * 3 * 4', 'snake_case_name', 'a - b', '#tag', 'C:\\dir', '5 > 3', '**open'])('leaves %j alone', (text) =>
    expect(plainText(text)).toBe(text),
  );
});
