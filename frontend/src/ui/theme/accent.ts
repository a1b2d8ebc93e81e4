import type { CSSProperties } from 'react';

/** 24 steps around the circle (degrees): names differ visibly or not at all. */
const STEP = 15;

/** FNV-1a over the name's UTF-16 units. Every browser gives a Locrit the same colour. */
export function hueOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return ((hash >>> 8) % (360 / STEP)) * STEP;
}

/** Attributes of an element whose accent, and that of everything inside, is this Locrit's. */
export function accentOf(name: string): { 'data-hue': number; style: CSSProperties } {
  const hue = hueOf(name);
  return { 'data-hue': hue, style: { '--hue': hue } as CSSProperties };
}
