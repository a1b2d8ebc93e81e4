import { describe, expect, test } from 'vitest';
import { anArtifact } from '../../../tests/fakes/rows';
import { fileName } from './kinds';
import { previewDocument } from './preview-document';

const scriptsOf = (html: string) => [...new DOMParser().parseFromString(html, 'text/html').scripts];

describe('the document in which an artifact is shown', () => {
  test('has the page as it was written, in standards mode, and listens before it begins', () => {
    const shown = previewDocument(anArtifact({ content: '<!doctype html>\n<html lang="fr"><p>Bonjour' }));
    const page = new DOMParser().parseFromString(shown, 'text/html');
    expect(page.compatMode).toBe('CSS1Compat');
    expect(page.documentElement.lang).toBe('fr');
    expect(page.querySelector('p')?.textContent).toBe('Bonjour');
    expect(page.scripts[0]?.text).toContain('securitypolicyviolation');
  });

  test.each(['</script><script>out()</script>', '<!--<script>', '\u2028"\\', 'a `b` $c'])(
    'has a component as words, whatever it says: %s',
    (content) => {
      const scripts = scriptsOf(previewDocument(anArtifact({ type: 'jsx', content }), 'var a = "</script><!--";'));
      expect(scripts).toHaveLength(3);
      const given: string[] = [];
      new Function('showComponent', scripts[2]?.text ?? '')((source: string) => given.push(source));
      expect(given).toEqual([content]);
      expect(new Function(`${scripts[1]?.text} return a`)()).toBe('</script><!--');
    },
  );

  test('keeps a style from ending before its end', () => {
    const css = 'p{}</style><script>out()</script>';
    expect(scriptsOf(previewDocument(anArtifact({ type: 'jsx', css })))).toHaveLength(3);
  });
});

test.each([
  ['src/app.py', 'code', 'python', 'src-app.py'],
  ['My clock', 'html', 'html', 'My clock.html'],
  ['python', 'code', 'python', 'python.py'],
  ['a', 'code', '', 'a.txt'],
  ['../..', 'jsx', 'tsx', '..-...jsx'],
  ['\u0007', 'svg', 'svg', '-.svg'],
] as const)('“%s”, which is %s in “%s”, is saved as %s', (name, type, language, saved) => {
  expect(fileName({ name, type, language })).toBe(saved);
});
