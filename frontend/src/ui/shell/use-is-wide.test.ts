import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { WIDE } from './use-is-wide';

it('is wide from the breakpoint of the styles on', () => {
  const [breakpoint] = /\d+px/.exec(WIDE) ?? [];
  expect(readFileSync('src/ui/theme/tokens.css', 'utf8')).toContain(`--breakpoint-wide: ${breakpoint};`);
});
