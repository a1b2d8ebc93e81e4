import { describe, expect, it } from 'vitest';
import { tailOf } from './unsaved';

function shown(html: string): Element {
  const element = document.createElement('div');
  element.innerHTML = html;
  return element;
}

describe('the unsaved end of a reply', () => {
  it('is counted back from its last character, through whatever it is made of', () => {
    const reply = shown('<p>Once <em>upon</em> a time</p><ul><li>there <b>was</b></li></ul>');
    expect(tailOf(reply, 3).toString()).toBe('was');
    expect(tailOf(reply, 7).toString()).toBe('ere was');
    expect(tailOf(reply, 18).toString()).toBe('on a timethere was');
  });

  it('is all of it when nothing is saved, and nothing of what stands around it', () => {
    const page = shown('<p>before</p><div><p>short</p></div><p>after</p>');
    expect(tailOf(page.children[1] as Element, 100).toString()).toBe('short');
    expect(tailOf(shown(''), 5).toString()).toBe('');
  });

  it('does not reach to what stands above a fold', () => {
    const thought = shown('<details open><summary>Thinking…</summary><p>Which sea?</p></details>');
    expect(tailOf(thought, 12).toString()).toBe('Which sea?');
  });
});
