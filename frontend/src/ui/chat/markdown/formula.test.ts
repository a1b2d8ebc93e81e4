import { describe, expect, it } from 'vitest';
import { type Formula, inlineFormula } from './formula';

/** All formulas of a line, as the parser looks for them. */
function formulasOf(text: string): string[] {
  const found: Formula[] = [];
  for (let at = 0; at < text.length; at++) {
    const formula = text[at - 1] === '\\' ? undefined : inlineFormula(text, at);
    if (formula) at += found.push(formula) && formula.source.length - 1;
  }
  return found.map(({ tex }) => tex);
}

describe('A formula', () => {
  it.each([
    ['with $x^2$ and $y$.', ['x^2', 'y']],
    ['公式$x$是', ['x']],
    ['$a \\in B$, $f(x) = x \\text{ if it is so and } x$', ['a \\in B', 'f(x) = x \\text{ if it is so and } x']],
    ['$$E = mc^2$$ inline', ['E = mc^2']],
    ['\\(L\\) and \\(\\alpha\\)', ['L', '\\alpha']],
    ['\\[ x = 1 \\]', ['x = 1']],
    ['\\begin{pmatrix} 1 & 0 \\end{pmatrix}', ['\\begin{pmatrix} 1 & 0 \\end{pmatrix}']],
    ['$100\\%$ and $5 \\text{ cm}$', ['100\\%', '5 \\text{ cm}']],
    ['$-2$ ($n \\log n$)', ['-2', 'n \\log n']],
    ['the set $\\{1, 2\\}$', ['\\{1, 2\\}']],
  ])('is found in %j', (text, formulas) => expect(formulasOf(text)).toEqual(formulas));

  it.each([
    '$5 to $10',
    '$5-$10',
    '$5–$10, or 5$ to 10$',
    'US$5 and C$8, R$0,50, MX$ 20',
    'from $5 to 10$.',
    '**$5**/**$10**',
    '$20k-$30k ($5/month, $10/month)',
    'between $5 (tax included) and 10$ more',
    '价格是$5到$10，或者5$到10$',
    '$HOME and $PATH',
    '$HOME/$USER, $PATH:$HOME/bin:$',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's.
    '${HOME:-/root} and ${x}',
    'echo $? $! $# $$',
    '$(cmd) and $(cmd2)',
    '$this->foo($bar); $x = $y;',
    '$_.Length, $_',
    'AAPL ($AAPL) and $TSLA',
    'regex ^foo$ and ^bar$',
    '$ 5 $ and $ x $',
    '$$$ – pricey, $$ – moderate',
    '\\[1\\], \\[WARN\\] and \\[x\\](y)',
    '\\(an aside of many words\\)',
    'an open $x^2',
    '\\(x^2',
    '\\begin{itemize} \\item one \\end{itemize}',
    '$a\n\nb$',
  ])('is not seen in %j', (text) => expect(formulasOf(text)).toEqual([]));
});
