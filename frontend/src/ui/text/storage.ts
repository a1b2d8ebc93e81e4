import { enStorage } from './en.storage';
import { frStorage } from './fr.storage';

export const storageText = { en: enStorage, fr: frStorage };
