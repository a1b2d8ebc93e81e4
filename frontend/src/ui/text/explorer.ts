import { enExplorer } from './en.explorer';
import { frExplorer } from './fr.explorer';

export const explorerText = { en: enExplorer, fr: frExplorer };
