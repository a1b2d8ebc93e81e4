import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hueOf } from './accent';

type Oklch = [lightness: number, chroma: number, hue: number];

const tokens = readFileSync('src/ui/theme/tokens.css', 'utf8');

/** The light or dark value of a token, with `hue` in place of var(--hue). */
function token(name: string, dark: boolean, hue = 0): Oklch {
  const pair = new RegExp(`--${name}: light-dark\\(oklch\\(([^/]+?)\\), oklch\\(([^/]+?)\\)\\);`).exec(
    tokens.replaceAll('var(--hue)', String(hue)),
  );
  if (!pair) throw new Error(`No --${name} in tokens.css.`);
  return String(pair[dark ? 2 : 1])
    .split(' ')
    .map(Number) as Oklch;
}

/** WCAG relative luminance; OKLab to linear sRGB by Björn Ottosson, out-of-gamut channels clipped as screens do. */
function luminance([l, c, h]: Oklch): number {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const cube = (n: number) => n ** 3;
  const L = cube(l + 0.3963377774 * a + 0.2158037573 * b);
  const M = cube(l - 0.1055613458 * a - 0.0638541728 * b);
  const S = cube(l - 0.0894841775 * a - 1.291485548 * b);
  const clip = (n: number) => Math.min(1, Math.max(0, n));
  const red = clip(4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S);
  const green = clip(-1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S);
  const blue = clip(-0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Oklch, other: Oklch): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const HUES = Array.from({ length: 24 }, (_, at) => at * 15);

describe.each([
  ['light', false],
  ['dark', true],
])('in %s', (_, dark) => {
  it.each([
    ['accent', 'paper'],
    ['accent', 'accent-soft'],
    ['on-accent', 'accent'],
    ['ink', 'accent-soft'],
    ['ink-2', 'accent-soft'],
  ])('%s reads on %s for every hue', (ink, ground) => {
    const worst = Math.min(...HUES.map((hue) => contrast(token(ink, dark, hue), token(ground, dark, hue))));
    expect(worst).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    ['ink', 'paper-3'],
    ['ink-2', 'paper-3'],
    ['ink-3', 'paper'],
    ['ink-3', 'paper-2'],
    ['ink-3', 'raised'],
    ['warn', 'paper'],
    ['bad', 'paper'],
    ['bad', 'bad-soft'],
    ['good', 'good-soft'],
    ['ink-2', 'bad-soft'],
    ['ink-2', 'warn-soft'],
    ['ink', 'mark'],
  ])('%s reads on %s', (ink, ground) => {
    expect(contrast(token(ink, dark), token(ground, dark))).toBeGreaterThanOrEqual(4.5);
  });
});

it.each([
  ['light', false],
  ['dark', true],
])('in %s the chosen segment stands out from its track for every hue', (_, dark) => {
  const field = readFileSync('src/ui/kit/Choice.tsx', 'utf8');
  const [, track = ''] = /rounded-s bg-(\S+) p-0\.5/.exec(field) ?? [];
  const [, chosen = ''] = /data-\[state=on\]:bg-(\S+)/.exec(field) ?? [];
  const worst = Math.min(...HUES.map((hue) => contrast(token(chosen, dark, hue), token(track, dark, hue))));
  expect(worst).toBeGreaterThanOrEqual(3);
});

describe('the hue of a Locrit', () => {
  it('is the same every time', () => {
    expect(hueOf('Bob')).toBe(hueOf('Bob'));
  });

  it('spreads names over the circle', () => {
    const hues = new Set(Array.from({ length: 200 }, (_, at) => hueOf(`Locrit ${at}`)));
    expect(hues.size).toBeGreaterThan(18);
  });
});
