import { describe, expect, it } from 'vitest';
import { widenOuterFences } from './fences';

describe('Code with fences, in fences of the same length', () => {
  it.each([
    ['in Markdown', '```markdown\n```python\nx\n```\n```\nafter', '````markdown\n```python\nx\n```\n````\nafter'],
    ['while it is written', '```md\nText\n```python\nx', '````md\nText\n```python\nx'],
    ['between its end and that of the outer one', '```md\n```js\nx\n```\nmore', '````md\n```js\nx\n```\nmore'],
    ['in code without a language', '```\n```js\nx\n```\n```\n', '````\n```js\nx\n```\n````\n'],
    ['twice', '```md\n```a\n```b\n```\n```\n```\n', '````md\n```a\n```b\n```\n```\n````\n'],
    ['of tildes', '~~~md\n~~~sh\nx\n~~~\n~~~\n', '~~~~md\n~~~sh\nx\n~~~\n~~~~\n'],
    ['in a list', '- ```md\n  ```js\n  x\n  ```\n  ```\n', '- ````md\n  ```js\n  x\n  ```\n  ````\n'],
    ['in a quotation', '> ```md\n> ```js\n> x\n> ```\n> ```\n', '> ````md\n> ```js\n> x\n> ```\n> ````\n'],
  ])('is one block: %s', (_, markdown, widened) => expect(widenOuterFences(markdown)).toBe(widened));

  it.each([
    '```js\nx\n```\ntext\n```py\ny\n```\n',
    '```\nx\n```\n```py\ny\n```\n',
    '````md\n```js\nx\n```\n````\n',
    '```python\nforgotten\n```bash\nls\n```\nProse',
    '~~~md\n```js\nx\n```\n~~~\n',
    'no code',
  ])('is what CommonMark says: %j', (markdown) => expect(widenOuterFences(markdown)).toBe(markdown));
});
