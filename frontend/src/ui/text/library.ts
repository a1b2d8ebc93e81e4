import { enLibrary } from './en.library';
import { frLibrary } from './fr.library';

export const libraryText = { en: enLibrary, fr: frLibrary };
