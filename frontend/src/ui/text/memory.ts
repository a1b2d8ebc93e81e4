import { enMemory } from './en.memory';
import { frMemory } from './fr.memory';

export const memoryText = { en: enMemory, fr: frMemory };
