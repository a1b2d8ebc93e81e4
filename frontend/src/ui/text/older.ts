import { enOlder } from './en.older';
import { frOlder } from './fr.older';

export const olderTexts = { en: enOlder, fr: frOlder };
