import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDiff, partsOf } from './patch';

const TWO_FILES = `diff --git a/tea.sql b/tea.sql
index 1a2b3c4..5d6e7f8 100644
--- a/tea.sql
+++ b/tea.sql
@@ -1,4 +1,4 @@ SELECT
 SELECT *
--- the bitter ones
+-- the sweet ones
 FROM tea;
\\ No newline at end of file
--- a/pot.c
+++ b/pot.c
@@ -1 +1 @@
-int water;
+int hot_water;
`;

const kinds = (code: string) => partsOf(code).map(({ kind, text }) => `${kind}: ${text.split('\n')[0]}`);

describe('a unified diff', () => {
  it('is known by its fence, or in a fence without a language by its hunks', () => {
    expect(['diff', 'patch'].map((name) => isDiff(name, '-a\n+b'))).toEqual([true, true]);
    expect(isDiff('', TWO_FILES)).toBe(true);
    expect(isDiff('', '@@ -1 +1 @@\n-a\n+b')).toBe(true);
  });

  it.each(['- milk\n+ eggs', '--- \ntitle: x\n---', 'a @@ -1 +1 @@', '+1 555 0100'])('is not seen in %s', (text) => {
    expect(isDiff('', text)).toBe(false);
    expect(isDiff('python', TWO_FILES)).toBe(false);
  });

  it('tells the names of files from removed comments', () => {
    expect(kinds(TWO_FILES)).toEqual([
      'head: diff --git a/tea.sql b/tea.sql',
      'place: @@ -1,4 +1,4 @@ SELECT',
      'same:  SELECT *',
      'removed: --- the bitter ones',
      'added: +-- the sweet ones',
      'same:  FROM tea;',
      'head: --- a/pot.c',
      'place: @@ -1 +1 @@',
      'removed: -int water;',
      'added: +int hot_water;',
    ]);
  });

  it('keeps every character, in order', () => {
    const line = fc.constantFrom(
      '--- a',
      '+++ b',
      '@@ -1 +1 @@',
      '-x',
      '+y',
      ' z',
      '',
      'diff --git a b',
      '\r',
      '---',
      '+++ ',
    );
    fc.assert(
      fc.property(fc.array(line), fc.string(), (lines, rest) => {
        const code = lines.join('\n') + rest;
        expect(
          partsOf(code)
            .map(({ text }) => text)
            .join(''),
        ).toBe(code);
      }),
    );
  });
});
