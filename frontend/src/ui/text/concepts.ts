import { enConcepts } from './en.concepts';
import { frConcepts } from './fr.concepts';

export const conceptsText = { en: enConcepts, fr: frConcepts };
