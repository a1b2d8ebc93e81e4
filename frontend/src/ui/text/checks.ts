import { enChecks } from './en.checks';
import { frChecks } from './fr.checks';

export const checksText = { en: enChecks, fr: frChecks };
